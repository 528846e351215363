"""`chorus projections rebuild --all`, timed, with its peak memory."""
import json
import os
import subprocess
import time

from process import Failed, end, start


def rebuild(stage):
    """Seconds, and peak resident memory in MB."""
    stage.stop()
    stage.sql("CHECKPOINT")
    out, err = stage.bench.work / "rebuild.out", stage.bench.work / "rebuild.err"
    command = [stage.bench.bin, "projections", "rebuild", "--all", "--drop-old", "--json"]
    with open(out, "wb") as words, open(err, "wb") as complaints:
        begin = time.perf_counter()
        process = start(command, env=stage.environment, stdin=subprocess.DEVNULL, stdout=words, stderr=complaints)
        try:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            end(process)
    seconds = time.perf_counter() - begin
    if process.returncode != 0:
        raise Failed(f"the rebuild ended with {process.returncode}: {err.read_text()[-1000:]}{out.read_text()[-1000:]}")
    for line in out.read_text().splitlines():
        if json.loads(line).get("isEqual") is not True:
            raise Failed(f"a rebuilt read model was not compared, or is not equal: {line}")
    return seconds, usage.ru_maxrss / 1024
