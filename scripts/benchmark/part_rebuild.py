"""Rebuilding every read model, with releases in the log, beside reading the log and beside a library's replay."""
import json
import os
import sys
import time

from process import run, say
from rebuild import rebuild
from stage import Stage

NAMES = ["rebuild_vs_copy_out", "rebuild_vs_eventsourcing"]


def measure(bench):
    events, releases = (30_000, 50) if bench.quick else (1_000_000, 10_000)
    with Stage(bench, "rebuild") as stage:
        stage.fill(events, releases)
        count = stage.events()
        copies = [copy_out(stage, count)]
        say("  rebuild --all")
        seconds, peak = rebuild(stage)
        copies.append(copy_out(stage, count))
        ours, theirs = count / seconds, sum(copies) / 2
        raw = f"{ours:.0f} events/s ({count} events with {releases} releases in {seconds:.1f} s, peak {peak:.0f} MB)"
        bench.note("rebuild_events_per_second", ours)
        bench.figure("rebuild_vs_copy_out", ours / theirs, f"{raw} / {theirs:.0f} ({copies[0]:.0f}, {copies[1]:.0f})")
        if "rebuild_vs_eventsourcing" in bench.wanted:
            say("  replay by eventsourcing")
            peer = replay(stage, 3_000 if bench.quick else 20_000)
            theirs = peer["eventsPerSecond"]
            bench.figure("rebuild_vs_eventsourcing", ours / theirs, f"{raw} / {theirs:.0f} events/s")
            bench.note("eventsourcing_append_messages_per_second", peer["messagesPerSecond"])


def copy_out(stage, count):
    """Events a second."""
    say("  COPY binary out of log.events")
    begin = time.perf_counter()
    stage.sql(r"\copy log.events TO /dev/null (FORMAT binary)")
    return count / (time.perf_counter() - begin)


def replay(stage, messages):
    script = os.path.join(os.path.dirname(__file__), "eventsourcing_peer.py")
    return json.loads(run([sys.executable, script, stage.url, messages], timeout=1200))
