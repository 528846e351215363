"""The log alone: messages from 256 tasks of one process, without HTTP; a server projects them meanwhile."""
import pgbench
from process import say
from stage import Stage

NAMES = ["append_vs_pgbench"]


def measure(bench):
    with Stage(bench, "append") as stage:
        first = append(stage)
        say("  pgbench")
        theirs = pgbench.insert(stage, bench.seconds)
        second = append(stage)
        ours = (first + second) / 2
        raw = f"{ours:.0f}/s ({first:.0f}, {second:.0f}) / {theirs:.0f}/s"
        bench.figure("append_vs_pgbench", ours / theirs, raw)


def append(stage, seconds=None):
    """Messages a second."""
    say("  appends from 256 tasks")
    stage.settle()
    report = stage.tool("append", "--tasks", 256, "--seconds", seconds or stage.bench.seconds)
    stage.settle()
    return report["messagesPerSecond"]
