"""Controls: a checker that finds nothing proves nothing until it was seen to find what is there.

For each kind of fault a stand-in server with a defect is put under the same load, the same fault and the same checker,
and must be found out; the honest stand-in must not be. For what no stand-in shows, a database is tampered with.
"""

import asyncio
import dataclasses
import json
import pathlib
import shutil
import sys
import time
from collections.abc import Callable

import load
from cycle import Cycle
from examination import Book, examine
from faults import FAULTS, Fault, Inject, Scene
from snapshot import run_psql, take_snapshot
from stage import Stage, Subject
from tampering import ALL
from violations import Violations

TAMPERING = "tampering"
KINDS = [*FAULTS, TAMPERING, "all"]
HERE = pathlib.Path(__file__).parent
# The moment of the kill may miss the instant in which a defect shows.
TRIES = 3
# Of asynchronous commits nothing reaches the disk before its time.
SETTINGS = "wal_writer_delay = 10s\n"


@dataclasses.dataclass
class Defect:
    """A stand-in's defect under a fault, and the invariant that it breaks."""

    kind: str
    name: str
    expected: str


DEFECTS = [
    Defect("server", "early", "acknowledged"),
    Defect("postmaster", "asynchronous", "acknowledged"),
    Defect("backend", "asynchronous", "acknowledged"),
    Defect("cut-before", "hopeful", "acknowledged"),
    Defect("cut-before", "sequence", "positions"),
    Defect("cut-after", "blind", "acknowledged"),
    Defect("cut-after", "forgetful", "unknown"),
    Defect("cut-after", "sure", "failed"),
    Defect("cut-after", "torn", "whole"),
    Defect("takeover", "unanimous", "healing"),
]


def stand_in(defect: str) -> Subject:
    command = [sys.executable, str(HERE / "standin.py"), defect, "{port}"]
    # What was doubled in silence is seen by those who never ask again.
    weights = {"message": 1} if defect == "forgetful" else load.MESSAGES_ONLY
    return Subject(f"stand-in: {defect}", command, {}, weights, b"naive.append(", is_chorus=False)


async def run(binary: str, kind: str, seed: int, as_json: bool) -> bool:
    """Whether every control of the kind turned out as it must."""
    results: list[bool] = []

    def tell(name: str, is_well: bool, what: str, begun: float) -> None:
        results.append(is_well)
        seconds = time.monotonic() - begun
        if as_json:
            print(json.dumps({"control": name, "ok": is_well, "found": what, "seconds": round(seconds, 2)}), flush=True)
        print(f"{'ok    ' if is_well else 'MISSED'} {name}: {what} ({seconds:.1f} s)", file=sys.stderr, flush=True)

    async with Stage(binary, SETTINGS) as stage:
        await run_psql(stage.cluster.url(Stage.DATABASE), (HERE / "standin.sql").read_text())
        for fault in FAULTS if kind == "all" else [kind]:
            if fault == TAMPERING:
                continue
            begun = time.monotonic()
            found = await _cycle(stage, stand_in("honest"), fault, seed)
            tell(f"{fault}, honest stand-in", not found, _words(found), begun)
            for defect in (defect for defect in DEFECTS if defect.kind == fault):
                begun = time.monotonic()
                for attempt in range(TRIES):
                    found = await _cycle(stage, stand_in(defect.name), fault, seed + attempt)
                    if defect.expected in found:
                        break
                tell(f"{fault}, stand-in: {defect.name}", defect.expected in found, _words(found), begun)
            if fault == "takeover":
                begun = time.monotonic()
                found = await _cycle(stage, stage.chorus(), fault, seed, _takeover_with_views_held)
                tell("takeover, views held back", "takeover" in found, _words(found), begun)
        if kind in (TAMPERING, "all"):
            await _tamper(stage, seed, tell)
    return all(results)


def _words(found: dict[str, int]) -> str:
    return "found " + (", ".join(f"{count} {name}" for name, count in found.items()) or "nothing")


async def _cycle(
    stage: Stage, subject: Subject, kind: str | None, seed: int, inject: Inject | None = None
) -> dict[str, int]:
    """One cycle on a new database, which is dropped again; what it found."""
    database = await stage.copy("control")
    logs = stage.folder / "control"
    logs.mkdir()
    book = Book(database, logs / "history.ndjson")
    try:
        result = await Cycle(stage, subject, book, kind, seed, logs, inject).run(rebuild=False)
        for example in result.examples:
            print(f"         {example[:300]}", file=sys.stderr)
        return result.violations
    finally:
        await stage.drop(database)
        shutil.rmtree(logs)


async def _takeover_with_views_held(scene: Scene) -> Fault:
    """A takeover during which somebody else's transaction keeps every projector from going on."""
    client = await scene.stage.cluster.connect(scene.database)
    await client.query("BEGIN")
    await client.query("LOCK TABLE projections.checkpoints IN EXCLUSIVE MODE")
    asyncio.get_running_loop().call_later(7, client.close)
    return await FAULTS["takeover"](scene)


async def _tamper(stage: Stage, seed: int, tell: Callable[[str, bool, str, float], None]) -> None:
    """A log made under load, in which the checker finds nothing; then one change at a time."""
    begun = time.monotonic()
    database = await stage.copy("original")
    logs = stage.folder / "original"
    logs.mkdir()
    book = Book(database, logs / "history.ndjson")
    result = await Cycle(stage, stage.chorus(), book, None, seed, logs).run()
    tell("nothing tampered with", not result.violations, _words(result.violations), begun)
    snapshot = await take_snapshot(stage.cluster.url(database))
    for tampering in ALL:
        begun = time.monotonic()
        copy = await stage.copy("tampered", template=database)
        found = Violations()
        try:
            script = f"SET session_replication_role = replica;\n{tampering.statement(snapshot)};\n"
            await run_psql(stage.cluster.url(copy), script)
            changed = dataclasses.replace(book, database=copy, history=logs / "changed.ndjson")
            changed.history.write_text(book.history.read_text() + tampering.history(book.history))
            await examine(stage, stage.chorus(), changed, found, rebuild=tampering.rebuild)
        finally:
            await stage.drop(copy)
        expected = tampering.expected | ({"verify"} if tampering.is_for_verify and await stage.has_verify() else set())
        is_well = expected <= set(found.counts) and not tampering.unexpected & set(found.counts)
        tell(tampering.name, is_well, _words(found.counts), begun)
