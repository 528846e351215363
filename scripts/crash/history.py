"""What was asked and what was answered, on disk before it counts: the only memory that the checker trusts.

A history is a file of JSON lines. An operation is written and fsynced before its first byte is sent; each attempt and
each outcome is a line of its own:

    {"op": 7, "do": "message", "text": ..., "source": ..., "externalId": ..., "key": ..., "person": ..., "of": ...}
    {"op": 7, "try": 1, "node": 0}
    {"op": 7, "try": 1, "outcome": "unknown", "status": 0, "why": "the connection broke"}
    {"op": 7, "try": 2, "node": 0}
    {"op": 7, "try": 2, "outcome": "acknowledged", "status": 201, "answer": {...}}
"""

import asyncio
import dataclasses
import json
import os
import pathlib
from typing import Any

ACKNOWLEDGED = "acknowledged"
FAILED = "failed"
UNKNOWN = "unknown"


class History:
    """Appends lines to the file; those that wait are fsynced together."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._last = sum(1 for line in path.read_bytes().splitlines() if b'"do"' in line)

    def next_operation(self) -> int:
        self._last += 1
        return self._last

    def add(self, *lines: dict[str, Any]) -> asyncio.Future[None]:
        """Done once the lines are durable."""
        text = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        durable = asyncio.get_running_loop().create_future()
        self._waiting.append((text, durable))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return durable

    async def close(self) -> None:
        """Waits for everything that was added."""
        if self._writer:
            await self._writer
        os.close(self._file)

    async def _write(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            await asyncio.to_thread(self._put, b"".join(text for text, _ in waiting))
            for _, durable in waiting:
                if not durable.done():
                    durable.set_result(None)

    def _put(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data):]
        os.fdatasync(self._file)


@dataclasses.dataclass
class Operation:
    """One thing that a client wanted, with everything that it was answered."""

    number: int
    do: str  # message, addition, withdrawal
    text: str = ""
    source: str | None = None
    external_id: str | None = None
    person: str | None = None
    of: int = 0  # the message that an addition or a withdrawal is about
    attempts: int = 0
    outcomes: list[str] = dataclasses.field(default_factory=list)
    answers: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    @property
    def outcome(self) -> str:
        """What is promised: acknowledged once is for good; failed only if every attempt was said to have failed."""
        if ACKNOWLEDGED in self.outcomes:
            return ACKNOWLEDGED
        if self.attempts == len(self.outcomes) and all(outcome == FAILED for outcome in self.outcomes):
            return FAILED
        return UNKNOWN


def read_history(path: pathlib.Path) -> list[Operation]:
    """All operations of a file, in order. An attempt without an outcome is unknown."""
    operations: dict[int, Operation] = {}
    with path.open() as file:
        for text in file:
            line = json.loads(text)
            if "do" in line:
                operations[line["op"]] = Operation(
                    line["op"], line["do"], line.get("text", ""), line.get("source"), line.get("externalId"),
                    line.get("person"), line.get("of", 0),
                )
                continue
            operation = operations[line["op"]]
            if "outcome" not in line:
                operation.attempts += 1
                continue
            operation.outcomes.append(line["outcome"])
            if line["outcome"] == ACKNOWLEDGED:
                operation.answers.append(line["answer"])
    return list(operations.values())
