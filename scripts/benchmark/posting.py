"""One message a request, durable: beside pgbench and FastAPI, which insert the same rows, and beside an answer that needs
nobody."""

import contextlib

import peers
import rows as template
import wrk
from pgbench import Pgbench
from stage import say

NAMES = ("http_vs_pgbench", "http_vs_fastapi", "http_vs_livez")


def measure(stage, results, rows):
    options = stage.options
    template.prepare(stage, stage.database)
    pgbench = Pgbench(stage, rows.pgbench_script())
    ours, inserted, fast, idle, behind = [], [], [], [], []
    with contextlib.ExitStack() as stack:
        port = stage.port + 1
        if results.wants("http_vs_fastapi"):
            stack.enter_context(peers.fastapi(stage, rows, port))
            wrk.post(stage, port, 1)
        wrk.post(stage, stage.port, 1)
        stage.catch_up()

        def post():
            ours.append(wrk.post(stage, stage.port, options.seconds))
            behind.append(stage.catch_up())
            say(f"  POST /v1/feedback: {ours[-1]:.0f}/s, then the read models needed {behind[-1]:.1f} s more")

        post()
        for _ in range(options.rounds):
            if results.wants("http_vs_pgbench"):
                inserted.append(pgbench.rate(stage.database, options.seconds))
                say(f"  pgbench: {inserted[-1]:.0f}/s")
            if results.wants("http_vs_fastapi"):
                fast.append(wrk.post(stage, port, options.seconds))
                say(f"  FastAPI: {fast[-1]:.0f}/s")
            if results.wants("http_vs_livez"):
                idle.append(wrk.get(stage, "/livez", options.seconds))
                say(f"  GET /livez: {idle[-1]:.0f}/s")
            post()
    for name, key, values in zip(NAMES, ("pgbench", "fastapi", "livez"), (inserted, fast, idle)):
        if values:
            results.ratio(name, ours, values)
            results.put(f"{key}_per_s", sum(values) / len(values))
    results.put("http_per_s", sum(ours) / len(ours))
    results.put("http_catch_up_s", max(behind))
