"""One cycle: load, a fault at a moment of the seed's choosing, load again until all has healed, then the checker."""

import asyncio
import collections
import dataclasses
import json
import pathlib
import random
import time
import traceback
from typing import Any

import views
from examination import Book, examine
from faults import FAULTS, Fault, Inject, Scene
from history import History, read_history
from load import Load
from stage import Place, Stage, Subject
from violations import Violations

# Once PostgreSQL, or the node, is there again.
HEALING_SECONDS = 5.0
VIEW_SECONDS = 15.0
# With another node there nobody should have to wait for a start.
TAKEOVER_APPEND_SECONDS = 2.0
TAKEOVER_VIEW_SECONDS = 5.0


@dataclasses.dataclass
class Result:
    kind: str
    seed: int
    nodes: int
    operations: dict[str, int]
    violations: dict[str, int]
    examples: list[str]
    seconds: float
    recovery_seconds: float | None  # from the fault to the first thing acknowledged that was sent after it
    healing_seconds: float | None  # the same from when what was killed was there again
    views_seconds: float
    head: int
    fault: str


class Cycle:
    """One cycle of `kind`; a kind of None injects nothing.

    `keep` gets the nodes' logs; `inject` is what really happens when it shall not be the kind's own fault (controls).
    """

    def __init__(
        self, stage: Stage, subject: Subject, book: Book, kind: str | None, seed: int, keep: pathlib.Path,
        inject: Inject | None = None,
    ) -> None:
        self._stage = stage
        self._subject = subject
        self._book = book
        self._kind = kind
        self._draw = random.Random(seed)
        self._seed = seed
        self._keep = keep
        self._fault_of = inject or (FAULTS[kind] if kind else None)
        self._found = Violations()
        self._nodes = 2 if kind == "takeover" else self._draw.choice([1, 1, 2])
        self._fault: Fault | None = None
        self._recovery: float | None = None
        self._healing: float | None = None
        self._views_seconds = 0.0

    async def run(self, *, rebuild: bool = True) -> Result:
        begun = time.monotonic()
        known = len(read_history(self._book.history)) if self._book.history.exists() else 0
        try:
            await self._play()
            head = await examine(self._stage, self._subject, self._book, self._found, rebuild=rebuild)
        except Exception as error:
            self._found.add("campaign", f"the cycle itself failed: {error!r}")
            (self._keep / "traceback.txt").write_text(traceback.format_exc())
            head = 0
        new = read_history(self._book.history)[known:] if self._book.history.exists() else []
        return Result(
            self._kind or "none", self._seed, self._nodes,
            dict(sorted(collections.Counter(operation.outcome for operation in new).items())),
            self._found.counts, self._found.examples, round(time.monotonic() - begun, 2),
            None if self._recovery is None else round(self._recovery, 2),
            None if self._healing is None else round(self._healing, 2), round(self._views_seconds, 2), head,
            self._fault.what if self._fault else "none",
        )

    async def _play(self) -> None:
        places = await self._stage.open(self._subject, self._book.database, self._nodes, self._keep)
        history = History(self._book.history)
        load = Load(
            history, self._seed, self._stage.key, [place.node.port for place in places], self._subject.weights
        )
        lag = views.LagWatch(self._stage.cluster, self._book.database)
        try:
            if self._subject.is_chorus:
                lag.start()
            load.start()
            await self._inject(Scene(self._stage, self._book.database, places, load, self._draw), lag)
            await load.stop()
            if self._subject.is_chorus:
                await self._settle(lag)
        finally:
            await load.cancel()
            lag.cancel()
            await history.close()
            statuses = await self._stage.close(places)
            self._note_failures(load)
            self._note_lag(lag)
        self._check_ends(places, statuses)

    async def _inject(self, scene: Scene, lag: views.LagWatch) -> None:
        load = scene.load
        now = time.monotonic()
        if await load.acknowledged_after(now, None, now + 10) is None:
            raise RuntimeError(f"nothing was acknowledged before the fault: {list(load.first_failures)[:2]}")
        await asyncio.sleep(self._draw.uniform(0.3, 1.3))
        if self._fault_of is None:
            return
        self._fault = fault = await self._fault_of(scene)
        limit = TAKEOVER_APPEND_SECONDS if self._kind == "takeover" else HEALING_SECONDS
        works_at = await load.acknowledged_after(fault.at, fault.node, fault.back_at + limit)
        if works_at is None:
            self._found.add("healing", f"nothing was acknowledged for {limit:.0f} s after: {fault.what}")
        else:
            self._recovery, self._healing = works_at - fault.at, max(0.0, works_at - fault.back_at)
        await asyncio.sleep(1.0)
        if self._kind == "takeover" and self._subject.is_chorus:
            await self._watch_views(lag, fault)
        now = time.monotonic()
        if await load.acknowledged_after(now, fault.node, now + limit) is None:
            self._found.add("healing", f"a while later nothing was acknowledged any more after: {fault.what}")
        if self._kind == "takeover" and (silence := load.longest_silence(fault.at, fault.node)) > limit:
            self._found.add("takeover", f"nothing was acknowledged for {silence:.1f} s after: {fault.what}")

    async def _watch_views(self, lag: views.LagWatch, fault: Fault) -> None:
        """Goes on with the load until the views have what was there a second after the kill."""
        position = lag.samples[-1][1] if lag.samples else 0
        while lag.caught_up_at(position) is None and time.monotonic() < fault.at + TAKEOVER_VIEW_SECONDS + 1:
            await asyncio.sleep(0.05)
        self._views_seconds = lag.worst_age(fault.at)
        if self._views_seconds > TAKEOVER_VIEW_SECONDS:
            self._found.add(
                "takeover", f"views of schema review were {self._views_seconds:.1f} s behind after: {fault.what}"
            )

    async def _settle(self, lag: views.LagWatch) -> None:
        if not await lag.settle(VIEW_SECONDS):
            self._found.add("projected", f"the views did not reach the head within {VIEW_SECONDS:.0f} s")
        if self._fault and self._kind != "takeover":
            self._views_seconds = lag.worst_age(self._fault.at)

    def _check_ends(self, places: list[Place], statuses: list[int | None]) -> None:
        for number, (place, status) in enumerate(zip(places, statuses)):
            was_killed = self._kind == "takeover" and self._fault is not None and number != self._fault.node
            if status != 0 and not was_killed:
                self._found.add("healing", f"{place.node.name} did not end by itself at SIGTERM (status {status})")

    def _note_lag(self, lag: views.LagWatch) -> None:
        """Where head and views were, by seconds from the fault (without one, from the first look)."""
        since = self._fault.at if self._fault else (lag.samples[0][0] if lag.samples else 0)
        lines = [
            json.dumps({"at": round(at - since, 3), "head": head, "views": projected})
            for at, head, projected in lag.samples
        ]
        (self._keep / "lag.ndjson").write_text("".join(line + "\n" for line in lines))

    def _note_failures(self, load: Load) -> None:
        lines = [json.dumps({"failure": what, "request": request}) for what, request in load.first_failures.items()]
        (self._keep / "failures.ndjson").write_text("".join(line + "\n" for line in lines))


def as_line(number: int, result: Result) -> dict[str, Any]:
    """A cycle as it is kept in the state folder."""
    return {"cycle": number, **dataclasses.asdict(result)}
