"""The command line of scripts/bench, which starts the server and calls this; a module a figure or peer."""

import argparse
import json
import os
import platform
import re
import sys
import time

import appending
import bulk
import loading
import logs
import posting
import rebuilding
import views
from figures import FIGURES, Results
from rows import Rows
from stage import Failed, Stage, die_on_signals, say

SETTINGS = (
    "synchronous_commit", "fsync", "full_page_writes", "shared_buffers", "max_wal_size", "checkpoint_timeout",
    "wal_level", "max_connections", "autovacuum",
)


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures Chorus beside its peers on one private cluster, in one run; docs/performance.md says how.",
    )
    names = [figure.name for figure in FIGURES]
    parser.add_argument("--quick", action="store_true", help="all of it within five minutes, for a look")
    parser.add_argument("--scale", type=number, help="events of the long log, such as 10M (1M; quick: 100k)")
    parser.add_argument("--releases", type=number, help="releases in it (10,000, a thousandth of the events at most)")
    parser.add_argument("--rounds", type=int, help="how often each leg is repeated (3; quick: 1)")
    parser.add_argument("--seconds", type=int, help="of each leg (10; quick: 4)")
    parser.add_argument("--only", metavar="A,B", help=f"of {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout instead of the table")
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    for name, kind in (("binary", str), ("bench", str), ("work", str), ("database", str), ("server", int), ("port", int)):
        parser.add_argument(f"--{name}", type=kind, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.names = options.only.split(",") if options.only else names
    for name in options.names:
        if name not in names:
            parser.error(f"{name} is no figure; there are: {', '.join(names)}")
    quick = options.quick
    options.scale = options.scale or (100_000 if quick else 1_000_000)
    options.releases = min(10_000, options.scale // 1_000) if options.releases is None else options.releases
    options.rounds = options.rounds or (1 if quick else 3)
    options.seconds = options.seconds or (4 if quick else 10)
    options.small = min(100_000, options.scale // 10)
    options.bulk = 10_000 if quick else 100_000
    options.growth_seconds = 3 if quick else 5
    options.snapshot_seconds = 9 if quick else 60
    options.load_seconds = 6 if quick else 20
    options.view_seconds = 2 if quick else 10
    options.library = 2_000 if quick else 20_000
    if options.scale < 10_000 or options.rounds < 1 or options.seconds < 1:
        parser.error("the scale is at least 10k, rounds and seconds at least 1")
    return options


def number(text):
    """10M, 100k, 5000."""
    match = re.fullmatch(r"([0-9]+)([kKmM]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is no number such as 5000, 100k or 10M")
    return int(match[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[match[2].lower()]


def machine(stage):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"model name\s*:\s*(.*)", file.read())
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": model[1].strip() if model else platform.machine(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_048_576,
        "system": platform.platform(),
        "load_before": os.getloadavg()[0],
        "postgresql": stage.sql("SHOW server_version"),
    }


def settings(stage, options):
    shown = {name: stage.sql(f"SHOW {name}") for name in SETTINGS}
    of_run = ("scale", "releases", "small", "rounds", "seconds", "bulk", "growth_seconds", "snapshot_seconds", "load_seconds")
    return {**shown, **{name: getattr(options, name) for name in of_run}, "quick": options.quick}


def parts(stage, results, rows):
    """What to do for the chosen figures, in order: loads of the server first, long logs last."""
    wants = results.wants
    if wants(*bulk.NAMES):
        yield "bulk", lambda: bulk.measure(stage, results, rows)
    if wants(*posting.NAMES):
        yield "one message a request", lambda: posting.measure(stage, results, rows)
    if wants(*loading.NAMES):
        yield "open loop", lambda: loading.measure(stage, results, rows)
    if wants("rss_mb") and not wants(*posting.NAMES, *loading.NAMES, *bulk.NAMES):
        yield "load for the memory", lambda: loading.measure(stage, results, rows)
    if wants("rss_mb"):
        yield "memory", lambda: results.put("rss_mb", stage.peak_memory(), "VmHWM of the server")
    if wants(*appending.BESIDE):
        yield "appends", lambda: appending.beside_pgbench(stage, results, rows)
    if wants(*appending.GROWTH, *rebuilding.NAMES, *views.NAMES):
        yield "long logs", lambda: long_logs(stage, results)


def long_logs(stage, results):
    options = stage.options
    logs.fill(stage, logs.SCALE, options.scale, options.releases)
    if results.wants(*rebuilding.NAMES, *views.NAMES):
        say("  building the read models for the first time")
        logs.build(stage, logs.SCALE)
    if results.wants("rebuild_rss_growth"):
        logs.fill(stage, logs.TENTH, options.scale // 10, options.releases // 10)
        logs.build(stage, logs.TENTH)
    if results.wants(*rebuilding.NAMES):
        rebuilding.measure(stage, results)
        stage.drop(logs.TENTH)
    if results.wants(*views.NAMES):
        views.measure(stage, results)
    # Last: they make the long log longer.
    if results.wants(*appending.GROWTH):
        logs.fill(stage, logs.SMALL, options.small, 0)
        appending.growth(stage, results, logs.SMALL, logs.SCALE)


def table(results, about, chosen):
    """The figures in Markdown, with what they came from."""
    lines = [
        "Machine: " + ", ".join(f"{name} {value}" for name, value in about["machine"].items()), "",
        "Settings: " + ", ".join(f"{name} {value}" for name, value in about["settings"].items()), "",
        "| figure | what | value | must | aim | measured |", "|---|---|---|---|---|---|",
    ]
    for figure in FIGURES:
        if figure.name in results.numbers:
            value = results.numbers[figure.name]
            met = value <= figure.must if figure.lower else value >= figure.must
            lines.append(
                f"| {figure.name} | {figure.what} | {value:.2f}{'' if met else ' **(missed)**'} | {figure.must:g} | "
                f"{figure.aim:g} | {results.details.get(figure.name, '')} |"
            )
        elif figure.name in chosen:
            lines.append(f"| {figure.name} | {figure.what} | failed | {figure.must:g} | {figure.aim:g} | |")
    others = {name: value for name, value in results.numbers.items() if name not in {f.name for f in FIGURES}}
    lines += ["", "| also measured | |", "|---|---|", *(f"| {name} | {value:.4g} |" for name, value in others.items())]
    return "\n".join([*lines, *(["", *results.warnings] if results.warnings else [])])


def run(options):
    stage = Stage(options)
    results = Results(options.names)
    about = {"machine": machine(stage), "settings": settings(stage, options)}
    failures = 0
    try:
        rows = Rows(stage)
        for name, measure in parts(stage, results, rows):
            start = time.monotonic()
            say(f"{name}:")
            try:
                measure()
            except Failed as error:
                failures += 1
                results.warn(f"{name}: {str(error).splitlines()[0]}")
                say(f"  FAILED {error}")
            say(f"  ({time.monotonic() - start:.0f} s)")
    finally:
        stage.end_all()
    for warning in results.warnings:
        say(warning)
    figures = dict(results.numbers)
    print(json.dumps({"figures": figures, **about}, indent=2) if options.json else table(results, about, options.names))
    return 1 if failures else 0


if __name__ == "__main__":
    die_on_signals()
    chosen = arguments()
    if chosen.check:
        sys.exit()
    try:
        sys.exit(run(chosen))
    except Failed as problem:
        sys.exit(f"{problem}")
