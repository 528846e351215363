"""One message a request, durable: beside pgbench, FastAPI, and an answer that stores nothing."""
import fastapi_peer
import pgbench
import wrk
from process import say
from stage import Stage

NAMES = ["http_vs_pgbench", "http_vs_fastapi", "http_vs_livez"]


def measure(bench):
    with Stage(bench, "http") as stage:
        wrk.post(stage, 2)
        peers = {
            "http_vs_pgbench": lambda: pgbench.insert(stage, bench.seconds),
            "http_vs_fastapi": lambda: fastapi_peer.post(stage, bench.seconds),
            "http_vs_livez": lambda: wrk.get(stage, "/livez", bench.seconds)[0],
        }
        # Each peer between two runs of ours, and beside the mean of both.
        before, times = post(stage, bench)
        for name, peer in peers.items():
            if name not in bench.wanted:
                continue
            say(f"  the peer of {name}")
            with bench.attempt([name]):
                theirs = peer()
                after, times = post(stage, bench)
                ours = (before + after) / 2
                bench.figure(name, ours / theirs, f"{ours:.0f}/s ({before:.0f}, {after:.0f}) / {theirs:.0f}/s")
                before = after
        bench.note("http_messages_per_second", before)
        for share in ("p50", "p99"):
            if share in times:
                bench.note(f"http_closed_256_{share}_ms", times[share])


def post(stage, bench):
    stage.settle()
    found = wrk.post(stage, bench.seconds)
    stage.settle()
    return found
