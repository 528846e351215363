"""Logs of a chosen length, in databases of their own: what grows with a log is measured on them."""

from stage import say

SMALL = "bench_small"
TENTH = "bench_tenth"
SCALE = "bench_scale"


def fill(stage, database, events, releases):
    """Makes a database whose log has so many events of an invented town; nothing works on it."""
    stage.make(database, stage.empty())
    url = stage.url_of(database)
    people = max(1_000, events // 9)
    report = stage.bench(
        url, "fill", "--events", str(events), "--releases", str(releases), "--people", str(people), timeout=10_800
    )
    stage.sql("VACUUM (ANALYZE)", "CHECKPOINT", url=url, timeout=3_600)
    say(f"  {database}: {report['events']} events, {releases} releases ({report['eventsPerSecond']:.0f} events/s)")
    return report["events"]


def build(stage, database):
    """Builds the read models of a log for the first time.

    As after an upgrade: the generations that the schema came with count as built by another version, so that the rebuild
    goes to the head of the log and not to where they stand, which is its beginning.
    """
    url = stage.url_of(database)
    stage.sql("UPDATE projections.generations SET projector_version = 0 WHERE state = 'live'", url=url)
    stage.chorus(url, "projections", "rebuild", "--all", timeout=10_800)
    stage.sql("VACUUM (ANALYZE)", url=url, timeout=3_600)
