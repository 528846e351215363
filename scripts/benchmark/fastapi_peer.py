"""FastAPI + uvicorn (2 workers, uvloop) + asyncpg, under the load that the server gets."""
import os
import subprocess
import sys
import urllib.request

import pgbench
import wrk
from process import Failed, end, start
from stage import until


def post(stage, seconds):
    """Messages a second."""
    pgbench.prepare(stage)
    port = stage.bench.port + 1
    command = [
        sys.executable, "-m", "uvicorn", "fastapi_app:app", "--app-dir", os.path.dirname(__file__), "--host", "127.0.0.1",
        "--port", port, "--workers", 2, "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "error",
    ]
    environment = {"BENCH_URL": stage.url, "BENCH_KEY": stage.key}
    with open(stage.bench.work / "fastapi.log", "ab") as log:
        server = start(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until(lambda: is_ready(server, port), "FastAPI is not ready", 60)
        wrk.post(stage, 1, port)
        return wrk.post(stage, seconds, port)[0]
    finally:
        end(server)


def is_ready(server, port):
    if server.poll() is not None:
        raise Failed("uvicorn ended")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
