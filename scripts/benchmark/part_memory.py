"""The server's peak memory while single messages, bulk requests and readers press on it at once."""
import threading

import messages
import wrk
from process import Failed
from stage import Stage

NAMES = ["rss_mb"]


def measure(bench):
    with Stage(bench, "memory") as stage:
        file = bench.work / "memory.ndjson"
        messages.write(file, "memory", 20_000 if bench.quick else 100_000)
        failures = []

        def beside(function, *arguments):
            try:
                function(*arguments)
            except Exception as failure:
                failures.append(str(failure))

        threads = [
            threading.Thread(target=beside, args=(messages.send, stage, [file])),
            threading.Thread(target=beside, args=(wrk.get, stage, "/livez", bench.seconds, 32)),
        ]
        for thread in threads:
            thread.start()
        rate, _ = wrk.post(stage, bench.seconds)
        for thread in threads:
            thread.join()
        if failures:
            raise Failed("; ".join(failures))
        stage.settle()
        bench.figure("rss_mb", stage.peak(), f"256 connections ({rate:.0f}/s), a bulk request and 32 readers at once")
