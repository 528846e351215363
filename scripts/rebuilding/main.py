"""Reads and writes beside rebuilds and tells what both felt; scripts/rebuild-under-load calls it on a filled server."""

import argparse
import asyncio
import concurrent.futures
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine
from typing import Any

import readers
import writers

# What must hold while rebuilds run.
P99_LIMIT = 50.0
RATE_FLOOR = 0.5
# A rebuild that takes longer is killed and fails the run.
REBUILD_LIMIT = 1_800


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--messages", type=int, required=True)
    parser.add_argument("--baseline", type=float, required=True)
    parser.add_argument("--minimum", type=float, required=True)
    parser.add_argument("--rate", type=int, required=True)
    parser.add_argument("--readers", type=int, required=True)
    parser.add_argument("--writers", type=int, required=True)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("options", nargs="*")
    return parser.parse_args()


async def _until(ended: Any, work: Coroutine[Any, Any, Any], event: asyncio.Event) -> Any:
    threading.Thread(target=_relay, args=(ended, asyncio.get_running_loop(), event), daemon=True).start()
    return await work


def _relay(ended: Any, loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    ended.wait()
    loop.call_soon_threadsafe(event.set)


def read_apart(ended: Any, given: argparse.Namespace, key: str) -> list[readers.Sample]:
    """In a process of its own, so that writers do not make readers late."""
    event = asyncio.Event()
    sources = readers.Sources(given.socket, given.database, given.port, key)
    work = readers.read(sources, given.rate, given.readers, event)
    return asyncio.run(_until(ended, work, event))


def write_apart(ended: Any, given: argparse.Namespace, key: str) -> tuple[list[float], list[str]]:
    event = asyncio.Event()
    return asyncio.run(_until(ended, writers.write(given.port, key, given.writers, event), event))


def rebuild_often(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Rebuilds until the minimum is covered; one line each of when, how long, and what came of it."""
    rebuilds: list[dict[str, Any]] = []
    begin = time.monotonic()
    while not rebuilds or time.monotonic() - begin < given.minimum:
        from_ = time.monotonic()
        command = [given.binary, "projections", "rebuild", "--all", "--json", "--drop-old", *given.options]
        try:
            ended = subprocess.run(command, capture_output=True, text=True, timeout=REBUILD_LIMIT, check=False)
            status, words = ended.returncode, ended.stdout + ended.stderr
        except subprocess.TimeoutExpired:
            status, words = -1, f"took longer than {REBUILD_LIMIT} s"
        rebuilds.append({"seconds": round(time.monotonic() - from_, 1), "status": status})
        if status != 0:
            print(words[-2_000:], file=sys.stderr)
            break
    return rebuilds


def quantile(waits: list[float], part: float) -> float:
    """In milliseconds; the nearest rank."""
    ranked = sorted(waits)
    return round(ranked[min(len(ranked) - 1, int(part * len(ranked)))] * 1_000, 1) if ranked else 0.0


def period(
    samples: list[readers.Sample], stored: list[float], begin: float, end: float
) -> dict[str, Any]:
    mine = [sample for sample in samples if begin <= sample.due < end]
    waits = [sample.wait for sample in mine]
    return {
        "seconds": round(end - begin, 1),
        "queries": len(mine),
        "p50Ms": quantile(waits, 0.5),
        "p99Ms": quantile(waits, 0.99),
        "slowestMs": quantile(waits, 1),
        **{
            name: sum(sample.problem.startswith(word) for sample in mine)
            for name, word in (("errors", "error"), ("empty", "empty"), ("backwards", "backwards"))
        },
        "messagesPerSecond": round(sum(begin <= at < end for at in stored) / (end - begin), 1),
    }


def missed(before: dict[str, Any], during: dict[str, Any], rebuilds: list[dict[str, Any]], refused: int) -> list[str]:
    """Each limit that did not hold, in words."""
    words = [
        f"{period[name]} {text} {when}"
        for when, period in (("before", before), ("during", during))
        for name, text in (("errors", "errors"), ("empty", "empty results"), ("backwards", "sums that went backwards"))
        if period[name]
    ]
    if during["p99Ms"] > P99_LIMIT:
        words.append(f"readers' p99 during is {during['p99Ms']} ms, above {P99_LIMIT:.0f} ms")
    if during["messagesPerSecond"] < RATE_FLOOR * before["messagesPerSecond"]:
        words.append(f"writers kept less than {RATE_FLOOR} of their rate")
    if not before["messagesPerSecond"] or not before["queries"] or not during["queries"]:
        words.append("nothing was measured")
    if refused:
        words.append(f"{refused} messages were refused")
    if any(rebuild["status"] for rebuild in rebuilds):
        words.append("a rebuild failed, or differs from what was live")
    return words


def table(result: dict[str, Any]) -> str:
    before, during = result["before"], result["during"]
    rows = [
        ("seconds", "seconds", ""), ("readers' queries", "queries", ""), ("p50, ms", "p50Ms", ""),
        ("p99, ms", "p99Ms", f"<= {P99_LIMIT:.0f}"), ("slowest, ms", "slowestMs", ""), ("errors", "errors", "0"),
        ("empty results", "empty", "0"), ("sums gone backwards", "backwards", "0"),
        ("messages stored a second", "messagesPerSecond", f">= {RATE_FLOOR} of before"),
    ]
    lines = ["| | before | during rebuilds | limit |", "|---|---|---|---|"]
    lines += [f"| {text} | {before[name]} | {during[name]} | {limit} |" for text, name, limit in rows]
    seconds = ", ".join(f"{rebuild['seconds']} s" for rebuild in result["rebuilds"])
    lines += [
        "",
        f"{result['cores']} cores, load {result['load']} at the end; {result['messages']} messages at first; "
        f"{len(result['rebuilds'])} rebuilds of everything: {seconds}. Writers kept {result['writersKept']} of their rate.",
        *(f"MISSED: {words}" for words in result["missed"]),
    ]
    return "\n".join(lines)


def measure(given: argparse.Namespace) -> dict[str, Any]:
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        ended = manager.Event()
        key = os.environ["CHORUS_KEY"]
        reading, writing = pool.submit(read_apart, ended, given, key), pool.submit(write_apart, ended, given, key)
        try:
            # Connections are open and plans made before it counts.
            time.sleep(3)
            begin = time.monotonic()
            time.sleep(given.baseline)
            middle = time.monotonic()
            rebuilds = rebuild_often(given)
            end = time.monotonic()
        finally:
            ended.set()
        samples, (stored, refused) = reading.result(60), writing.result(60)
    for words in sorted({sample.problem for sample in samples if sample.problem})[:5] + refused[:5]:
        print(words, file=sys.stderr)
    before, during = period(samples, stored, begin, middle), period(samples, stored, middle, end)
    kept = during["messagesPerSecond"] / before["messagesPerSecond"] if before["messagesPerSecond"] else 0
    return {
        "messages": given.messages,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "before": before,
        "during": during,
        "rebuilds": rebuilds,
        "writersKept": round(kept, 2),
        "missed": missed(before, during, rebuilds, len(refused)),
    }


def main() -> int:
    given = arguments()
    result = measure(given)
    print(json.dumps(result) if given.json else table(result))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
