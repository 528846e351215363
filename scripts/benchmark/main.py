"""Measures every figure in one run and prints a table, or one JSON object. Called by scripts/bench."""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import sys
import tempfile

# For `ports`, which every script that starts servers asks.
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "crash"))

import part_append
import part_bulk
import part_growth
import part_http
import part_load
import part_memory
import part_rebuild
import road
from bench import Bench
from cluster import Cluster
from figures import FIGURES, verdict
from ports import free_port
from process import Failed, end_all, say

PARTS = [part_http, part_append, part_load, part_memory, part_bulk, part_rebuild, part_growth]


def scale(words):
    match = re.fullmatch(r"(\d+)([kM]?)", words)
    if not match or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"{words} is no number of events such as 200k, 1M or 10M")
    events = int(match[1]) * {"": 1, "k": 1000, "M": 1_000_000}[match[2]]
    if events < 50_000:
        raise argparse.ArgumentTypeError("growth shows from 50k events on")
    return events


def names(words):
    found = words.split(",")
    for name in found:
        if name not in FIGURES:
            raise argparse.ArgumentTypeError(f"there is no figure {name}; there are {', '.join(FIGURES)}")
    return found


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Times everything beside its peers in one run, on a PostgreSQL and servers of its own.",
        epilog="Progress goes to stderr. Ends with status 1 when a figure could not be measured; figures that miss their "
        "bound say so in the table and change nothing else.",
    )
    parser.add_argument("--quick", action="store_true", help="short loads and small logs: under 5 minutes, rough figures")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--scale", type=scale, metavar="EVENTS", help="of the growth figures: 10M, 200k (1M; quick: 100k)")
    parser.add_argument("--only", type=names, metavar="NAME,...", help="these figures: " + ", ".join(FIGURES))
    parser.add_argument("--road", action="store_true", help="print where the time of one message goes, and no figure")
    parser.add_argument("--bin", help=argparse.SUPPRESS)
    parser.add_argument("--bench", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.scale = options.scale or (100_000 if options.quick else 1_000_000)
    return options


def measure(bench):
    for part in PARTS:
        if not bench.wants(part.NAMES):
            continue
        say(f"{part.__name__.removeprefix('part_')}: {', '.join(name for name in part.NAMES if name in bench.wanted)}")
        with bench.attempt(part.NAMES):
            part.measure(bench)


def interrupted(number, _):
    sys.exit(128 + number)


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, interrupted)
    work = pathlib.Path(tempfile.mkdtemp(prefix="chorus-bench-"))
    work.chmod(0o755)
    cluster = None
    try:
        bench = Bench(work, options, free_port(2))
        cluster = bench.cluster = Cluster(work, options.bin, road.PRELOAD if options.road else None)
        settings = {
            **cluster.settings(), "quick": options.quick, "scale": options.scale, "seconds": bench.seconds,
            "server": "one chorus at a time, all projectors; 256 connections on loopback",
        }
        say("Settings: " + ", ".join(f"{name} = {value}" for name, value in settings.items()))
        if options.road:
            found = road.measure(bench)
            print(json.dumps({**found, "machine": bench.machine(), "settings": settings}) if options.json else road.picture(found))
            return 0
        measure(bench)
        print(bench.json(settings) if options.json else bench.table(settings))
        missed = [name for name, value in bench.found.items() if verdict(name, value) == "MISSED"]
        if missed:
            say(f"Missed: {', '.join(missed)}")
        return 1 if bench.failed else 0
    finally:
        end_all()
        if cluster:
            cluster.close()
        shutil.rmtree(work, ignore_errors=True)


# Settings of somebody's own server are not those of this one.
for name in [name for name in os.environ if name == "DATABASE_URL" or name.startswith(("CHORUS_", "PG"))]:
    del os.environ[name]
sys.exit(main())
