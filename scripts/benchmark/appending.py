"""Appends without HTTP: beside pgbench, at a long log and a short one, and while a snapshot stays open."""

import contextlib
import statistics
import subprocess

from pgbench import Pgbench
from stage import Failed, say

BESIDE = ("append_vs_pgbench",)
GROWTH = ("append_growth", "append_growth_snapshot")


def append(stage, url, seconds):
    """The report of 256 tasks that append."""
    stage.checkpoint()
    return stage.bench(url, "append", "--seconds", str(seconds), timeout=seconds + 120)


def beside_pgbench(stage, results, rows):
    """On a database that no projector reads; then on the server's, whose projectors follow."""
    options = stage.options
    url = stage.make("bench_append", stage.empty())
    pgbench = Pgbench(stage, rows.pgbench_script())
    ours, theirs = [], []
    for number in range(options.rounds + 1):
        ours.append(append(stage, url, options.seconds)["messagesPerSecond"])
        say(f"  append: {ours[-1]:.0f} messages/s")
        if number < options.rounds:
            theirs.append(pgbench.rate(url, options.seconds))
            say(f"  pgbench: {theirs[-1]:.0f}/s")
    stage.drop("bench_append")
    results.ratio(BESIDE[0], ours, theirs, "messages/s")
    results.put("append_per_s", statistics.median(ours))
    report = append(stage, stage.database, options.seconds)
    results.put("append_projected_per_s", report["messagesPerSecond"])
    results.put("append_projected_vs_pgbench", report["messagesPerSecond"] / statistics.median(theirs))
    say(f"  append beside the server's projectors: {report['messagesPerSecond']:.0f} messages/s")
    stage.catch_up(900)


def growth(stage, results, small, scale):
    """Between the two logs in turn; each leg at the short one begins with a fresh copy, so that it stays short."""
    seconds = stage.options.growth_seconds
    at_scale, at_small = [], []

    def leg(url, rates, what):
        rates.append(append(stage, url, seconds)["messagesPerSecond"])
        say(f"  append at {what}: {rates[-1]:.0f} messages/s")

    url = stage.url_of(scale)
    leg(url, at_scale, "the scale")
    for _ in range(stage.options.rounds):
        leg(stage.make("bench_short", small), at_small, "the small log")
        leg(url, at_scale, "the scale")
    stage.drop("bench_short")
    results.ratio("append_growth", at_scale, at_small, "messages/s")
    if results.wants("append_growth_snapshot"):
        snapshot(stage, results, url)


def snapshot(stage, results, url):
    """With a snapshot held open, by the last third of the time; without, by as long."""
    seconds = stage.options.snapshot_seconds
    third = max(1, seconds // 3)
    before = append(stage, url, third)["messagesPerSecond"]
    with held(stage, url):
        counts = append(stage, url, seconds)["bySecond"]
    during = statistics.mean(counts[-third:])
    after = append(stage, url, third)["messagesPerSecond"]
    say(f"  append before, with and after a snapshot of {seconds} s: {before:.0f}, {during:.0f}, {after:.0f} messages/s")
    results.ratio("append_growth_snapshot", [during], [before, after], "messages/s")


@contextlib.contextmanager
def held(stage, url):
    """A transaction that keeps its snapshot."""
    psql = stage.start("psql", url, "-XAtq", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        psql.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT count(*) FROM log.heads;\n")
        psql.stdin.flush()
        if psql.stdout.readline().strip() != "1":
            raise Failed("the snapshot was not taken")
        yield
    finally:
        psql.stdin.close()
        psql.wait(30)
        stage.end(psql)
