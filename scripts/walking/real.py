"""The real messages, and the real replies at the times at which they were given."""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import town_hall
from server import Server, progress

SOURCE = "mayor-mailbox"
ZONE = "+08:00"
AT_ONCE = 8


@dataclass
class Letter:
    """A message with its reply; what the import told of it, and whether the server takes the reply for an answer."""

    row: dict[str, str]
    message: str = ""
    code: str = ""
    is_substantive: bool = True

    @property
    def demand(self) -> str:
        return self.message + ".1"


def read(data: Path, limit: int | None) -> list[Letter]:
    with (data / "teddy-c" / "f4_messages_with_replies.ndjson").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    if limit and limit < len(rows):
        # From all over the file: its order is no accident.
        rows = [rows[number * len(rows) // limit] for number in range(limit)]
    return [Letter(row) for row in rows]


def send(server: Server, letters: list[Letter]) -> None:
    lines = [
        {
            "text": letter.row["detail"],
            "subject": letter.row["subject"],
            "externalId": letter.row["id"],
            "source": SOURCE,
            "personRef": letter.row["user"],
            "occurredAt": letter.row["time"] + ZONE,
            "channel": "web",
            "language": "zh",
        }
        for letter in letters
    ]
    for letter, result in zip(letters, server.bulk("collector", "/v1/feedback/bulk", lines), strict=True):
        letter.message, letter.code = result["id"], result["trackingCode"]


def each(what: str, letters: list[Letter], do: Callable[[int, Letter], None]) -> None:
    """Several at once, as several people at several desks."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done: Iterable[None] = pool.map(do, range(len(letters)), letters)
        for number, _ in enumerate(done, start=1):
            progress(what, number, len(letters))


def answer(server: Server, letters: list[Letter], days_late: int = 0) -> None:
    """The replies of the file at their times; for a control, later than the file says."""
    late = timedelta(days=days_late)

    def one(number: int, letter: Letter) -> None:
        if number % 2 == 0:
            server.call("reviewer", "POST", "/v1/demands/{id}/claim", {}, id=letter.demand)
        headers = {}
        if number % 3 == 0:
            accepted = server.call("reviewer", "POST", "/v1/demands/{id}/accept", {}, id=letter.demand)
            headers["If-Match"] = accepted["etag"]
        at = datetime.fromisoformat(letter.row["reply_time"]) + late
        body = {"text": letter.row["reply"], "repliedAt": at.isoformat() + ZONE}
        answered = server.call("reviewer", "POST", "/v1/demands/{id}/reply", body, headers=headers, id=letter.demand)
        [reply] = answered["handling"]["replies"]
        letter.is_substantive = reply["isSubstantive"]
        assert reply["organization"] == answered["handling"]["responsible"], "whoever is responsible answers"

    each("replies", letters, one)


def judge_for_trial(server: Server, letters: list[Letter], is_marked: bool = True) -> int:
    """Judgements that nobody gave, marked so (for a control, not), of every third answered demand; how many."""
    chosen = [letter for letter in letters[::3] if letter.is_substantive]

    def one(number: int, letter: Letter) -> None:
        body = {"isSolved": number % 4 != 0, "isSatisfied": number % 3 != 0, "isSynthetic": is_marked}
        said = server.call("collector", "POST", "/v1/feedback/{id}/judgement", body, id=letter.message)
        assert said["isJudged"]

    each("synthetic judgements", chosen, one)
    return len(chosen)


def follow(server: Server, letters: list[Letter]) -> None:
    """As people do, with their codes: each sees the very words of the reply."""
    for letter in letters:
        shown = server.call("code:" + letter.code, "GET", "/v1/track")
        [demand] = shown["demands"]
        [reply] = demand["handling"]["replies"]
        assert reply["text"] == letter.row["reply"], f"{letter.row['id']}: the tracking code shows other words"
        assert reply["isSubstantive"] == letter.is_substantive
        assert "claimedBy" not in demand["handling"], "what reviewers have among themselves is nobody else's business"


def changes(server: Server) -> list[dict]:
    """Everything that a collector is told, page by page; each change once."""
    told: list[dict] = []
    after = ""
    while True:
        page = server.call("collector", "GET", "/v1/feedback/changes", query=f"limit=500&after={after}")
        told += page["changes"]
        after = page["next"]
        if page["isComplete"]:
            break
    positions = [change["position"] for change in told]
    assert positions == sorted(set(positions)), "changes must come once each, in order"
    return told


def start(server: Server, letters: list[Letter]) -> None:
    town_hall.publish(server)
    send(server, letters)
    town_hall.wait_until_routed(server)
