"""All read models built again from the log and compared with the live ones: beside COPY of the same log, beside the replay
of Python's eventsourcing, and how much memory it takes at the scale and at a tenth of it."""

import os
import time

import logs
import peers
from stage import Failed, say

NAMES = ("rebuild_vs_copy_out", "rebuild_vs_eventsourcing", "rebuild_rss_growth")
LIBRARY = "bench_eventsourcing"


def rebuild(stage, database):
    """Seconds, and peak memory in MB, of `chorus projections rebuild --all`."""
    stage.checkpoint()
    said = stage.path("rebuild.log")
    with open(said, "w+", encoding="utf-8") as log:
        start = time.monotonic()
        process = stage.start(
            stage.options.binary, "projections", "rebuild", "--all", stdout=log, stderr=log,
            env={**os.environ, "DATABASE_URL": stage.url_of(database)},
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        stage.end(process)
        log.seek(0)
        words = log.read()
    if process.returncode:
        raise Failed(f"chorus projections rebuild --all ended with {process.returncode}:\n{words[-1500:]}")
    return seconds, usage.ru_maxrss / 1024


def measure(stage, results):
    """The scale's log is there, its read models are built."""
    url = stage.url_of(logs.SCALE)
    events = int(stage.sql("SELECT count(*) FROM log.events", url=url))
    copied, replayed = [], []

    def beside():
        seconds = stage.timed("psql", url, "-Xqc", "\\copy log.events TO /dev/null (FORMAT binary)")
        copied.append(events / seconds)
        say(f"  COPY binary out: {copied[-1]:.0f} events/s")
        if results.wants("rebuild_vs_eventsourcing"):
            replayed.append(peers.eventsourcing(stage, LIBRARY, "replay")["eventsPerSecond"])
            say(f"  eventsourcing, replay: {replayed[-1]:.0f} events/s")

    if results.wants("rebuild_vs_eventsourcing"):
        stage.make(LIBRARY)
        appended = peers.eventsourcing(stage, LIBRARY, "append", str(stage.options.library))
        results.put("eventsourcing_append_per_s", appended["eventsPerSecond"])
        say(f"  eventsourcing, append: {appended['eventsPerSecond']:.0f} events/s")
        stage.sql("VACUUM (ANALYZE)", url=stage.url_of(LIBRARY))
    beside()
    seconds, memory = rebuild(stage, logs.SCALE)
    say(f"  rebuild --all: {events / seconds:.0f} events/s in {seconds:.1f} s, peak {memory:.0f} MB")
    beside()
    results.ratio(NAMES[0], [events / seconds], copied, "events/s")
    results.ratio(NAMES[1], [events / seconds], replayed or [0], "events/s")
    results.put("rebuild_per_s", events / seconds)
    results.put("rebuild_rss_mb", memory)
    if results.wants("rebuild_rss_growth"):
        _, tenth = rebuild(stage, logs.TENTH)
        results.ratio(NAMES[2], [memory], [tenth], "MB")
    stage.drop(LIBRARY)
