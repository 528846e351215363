"""A campaign: cycles one after the other, each a line on disk, so that it can be broken off and gone on with."""

import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import sys
import time
from collections.abc import Iterator
from typing import Any

from cycle import Cycle, as_line
from examination import Book
from stage import Stage

# A log that grows makes each rebuild slower: after so many cycles the next one begins with a new cluster.
CYCLES_A_DATABASE = 6


@dataclasses.dataclass
class Campaign:
    """Cycle n is of the n-th kind, around and around; its seed follows from the campaign's seed and n."""

    folder: pathlib.Path
    seed: int
    kinds: list[str]

    def check_state(self) -> None:
        """A folder belongs to one campaign: other seeds or kinds would be mixed up with what is there."""
        settings = {"seed": self.seed, "kinds": self.kinds}
        file = self.folder / "campaign.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(json.dumps(settings) + "\n")
        elif json.loads(file.read_text()) != settings:
            raise SystemExit(
                f"{self.folder} holds a campaign with other settings: {file.read_text().strip()}. "
                "Give the same --seed and --kinds, or another --state."
            )

    def finished(self) -> list[dict[str, Any]]:
        """The cycles that are done; a last line that was broken off is none."""
        file = self.folder / "cycles.ndjson"
        lines = file.read_text().split("\n")[:-1] if file.exists() else []
        return [json.loads(line) for line in lines]

    def kind_of(self, number: int) -> str:
        return self.kinds[(number - 1) % len(self.kinds)]

    def seed_of(self, number: int) -> int:
        return int.from_bytes(hashlib.sha256(f"{self.seed}/{number}".encode()).digest()[:4], "big")

    async def run(self, binary: str, cycles: int, as_json: bool) -> None:
        """Goes on after the last finished cycle up to `cycles`."""
        number = len(self.finished()) + 1
        self._drop_broken_line()
        times: list[float] = []
        while number <= cycles:
            async with Stage(binary) as stage:
                book = Book(stage.DATABASE, stage.folder / "history.ndjson")
                for number in self._block(number, cycles):
                    begun = time.monotonic()
                    line = await self._cycle(stage, book, number)
                    times.append(time.monotonic() - begun)
                    report(line, cycles, (cycles - number) * sum(times) / len(times), as_json)
                    if line["violations"]:
                        print_repeat(line, self.folder)
                        break  # whatever is wrong shall not count twice
                number += 1

    def _block(self, number: int, cycles: int) -> Iterator[int]:
        return iter(range(number, min(cycles, number + CYCLES_A_DATABASE - 1) + 1))

    async def _cycle(self, stage: Stage, book: Book, number: int) -> dict[str, Any]:
        line = await run_cycle(stage, book, self.kind_of(number), self.seed_of(number), number, self.folder)
        with (self.folder / "cycles.ndjson").open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return line

    def _drop_broken_line(self) -> None:
        file = self.folder / "cycles.ndjson"
        if file.exists():
            text = file.read_text()
            file.write_text(text[:text.rfind("\n") + 1])


async def run_cycle(
    stage: Stage, book: Book, kind: str, seed: int, number: int, folder: pathlib.Path
) -> dict[str, Any]:
    """One cycle against Chorus; when it finds something, logs and history are kept in `folder`."""
    logs = stage.folder / "logs"
    logs.mkdir()
    line = as_line(number, await Cycle(stage, stage.chorus(), book, kind, seed, logs).run())
    if line["violations"]:
        kept = folder / "failed" / f"cycle-{number}-{kind}"
        shutil.copytree(logs, kept, dirs_exist_ok=True)
        for file in (stage.cluster.log, book.history):
            if file.exists():
                shutil.copy(file, kept)
    shutil.rmtree(logs)
    return line


def print_repeat(line: dict[str, Any], folder: pathlib.Path) -> None:
    """What was found, where the logs are, and how to try the same again."""
    for example in line["examples"]:
        print(f"  {example}", file=sys.stderr)
    print(
        f"  Logs and history: {folder}/failed/cycle-{line['cycle']}-{line['kind']}\n"
        f"  Again: scripts/crash-test --repeat {line['seed']} --kinds {line['kind']}",
        file=sys.stderr,
    )


def report(line: dict[str, Any], cycles: int, seconds_left: float, as_json: bool) -> None:
    """One line of progress."""
    if as_json:
        print(json.dumps(line, ensure_ascii=False), flush=True)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in line["operations"].items())
    recovery = "" if line["recovery_seconds"] is None else f"; works again after {line['recovery_seconds']:.2f} s"
    found = ", ".join(f"{count} {what}" for what, count in line["violations"].items())
    left = f", {seconds_left / 60:.0f} min left" if seconds_left > 60 else ""
    print(
        f"cycle {line['cycle']} of {cycles}: {line['kind']} (seed {line['seed']}): {counts}{recovery}; "
        f"{'VIOLATED: ' + found if found else 'ok'} ({line['seconds']:.1f} s{left})",
        file=sys.stderr, flush=True,
    )


def summary(lines: list[dict[str, Any]]) -> str:
    """A table by kind, as docs/reliability.md has it."""
    head = [
        "fault", "cycles", "acknowledged", "failed", "unknown", "works again after the fault, median / worst s",
        "heals by itself, worst s", "views behind, worst s", "violations",
    ]
    rows = [head, ["---"] * len(head)]
    kinds = list(dict.fromkeys(line["kind"] for line in lines))
    for kind in [*kinds, None]:
        chosen = [line for line in lines if kind in (None, line["kind"])]
        recoveries = sorted(line["recovery_seconds"] for line in chosen if line["recovery_seconds"] is not None)
        median = f"{recoveries[len(recoveries) // 2]:.2f} / {recoveries[-1]:.2f}" if recoveries else "never"
        rows.append([
            kind or "all", str(len(chosen)),
            *(str(sum(line["operations"].get(o, 0) for line in chosen)) for o in ("acknowledged", "failed", "unknown")),
            median, f"{max((line['healing_seconds'] or 0 for line in chosen), default=0):.2f}",
            f"{max((line['views_seconds'] for line in chosen), default=0):.2f}",
            str(sum(sum(line["violations"].values()) for line in chosen)),
        ])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
