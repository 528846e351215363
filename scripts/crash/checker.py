"""Compares the history with the log and the vault: what was promised against what is there.

    acknowledged  everything acknowledged is there exactly once, where the answer said
    unknown       what nobody knows of is there once or not at all
    failed        what was said not to be stored is not there
    invented      nothing is there that nobody sent
    answers       one operation is answered the same each time
    whole         a message has all of its events side by side, its words and its intake; so has an addition
    words         words are as they were sent, and as their commitment says; senders are who they were
    positions     1 to the head, without a gap
    times         recorded_at never goes back
    versions      each stream counts 1 to n
"""

import collections
import hashlib
import hmac

from history import ACKNOWLEDGED, FAILED, Operation
from snapshot import Event, Passage, Snapshot
from violations import Violations

OPENING = ["FeedbackReceived", "DemandOpened"]


def check_log(snapshot: Snapshot, found: Violations) -> None:
    """The log by itself: positions, times, versions."""
    for head in snapshot.heads:
        events = [event for event in snapshot.events if event.tenant == head.tenant]
        latest = -(1 << 63)
        for expected, event in enumerate(events, start=1):
            if event.position != expected:
                found.add("positions", f"position {expected} of tenant {head.tenant} is missing")
                break
        if head.position != (events[-1].position if events else 0):
            found.add("positions", f"the head of tenant {head.tenant} is {head.position}, not where its last event is")
        for event in events:
            if event.recorded_at < latest:
                found.add("times", f"position {event.position} was recorded before the one in front of it")
            latest = event.recorded_at
        if events and head.recorded_at < latest:
            found.add("times", f"the head of tenant {head.tenant} is older than its last event")
        versions: dict[str, int] = collections.defaultdict(int)
        for event in events:
            versions[event.stream] += 1
            if event.version != versions[event.stream]:
                place = versions[event.stream]
                found.add("versions", f"stream {event.stream} has version {event.version} at its place {place}")


class Comparison:
    """One history against one snapshot."""

    def __init__(self, operations: list[Operation], snapshot: Snapshot, found: Violations) -> None:
        self._operations = operations
        self._found = found
        self._persons = snapshot.persons
        self._streams: dict[str, list[Event]] = collections.defaultdict(list)
        for event in snapshot.events:
            self._streams[event.stream].append(event)
        self._passages: dict[str, list[Passage]] = collections.defaultdict(list)
        self._by_words: dict[str, list[Passage]] = collections.defaultdict(list)
        for passage in snapshot.passages:
            self._passages[passage.stream].append(passage)
            self._by_words[passage.words].append(passage)
        self._intakes = {stream: (source, external) for _, stream, source, external in snapshot.intakes}
        self._by_external_id: dict[tuple[str | None, str], list[str]] = collections.defaultdict(list)
        for _, stream, source, external in snapshot.intakes:
            if external is not None:
                self._by_external_id[source, external].append(stream)
        self._stream_of: dict[int, str] = {}
        self._sent: set[str] = set()

    def check(self) -> None:
        for operation in self._operations:
            if operation.do == "message":
                self._check_message(operation)
        for operation in self._operations:
            if operation.do != "message":
                self._check_change(operation)
            if any(answer != operation.answers[0] for answer in operation.answers[1:]):
                self._found.add("answers", f"{_name(operation)} was answered in different ways")
        for stream, events in self._streams.items():
            if events[0].stream_type == "feedback":
                self._check_stream(stream, events)
                if stream not in self._sent:
                    self._found.add("invented", f"nobody sent stream {stream} (position {events[0].position})")
        for stream in [*self._passages, *self._intakes]:
            if stream not in self._streams:
                self._found.add("whole", f"the vault has something of stream {stream}, the log has nothing")

    def _check_message(self, operation: Operation) -> None:
        streams = {passage.stream for passage in self._by_words[operation.text]}
        if operation.external_id is not None:
            streams |= set(self._by_external_id[operation.source, operation.external_id])
        streams = {stream for stream in streams if stream in self._streams}
        self._sent |= streams
        self._count(operation, len(streams))
        if len(streams) != 1:
            return
        stream = self._stream_of[operation.number] = streams.pop()
        events = self._streams[stream]
        if operation.outcome == ACKNOWLEDGED:
            self._compare_answer(operation, {"id": stream, "position": events[min(1, len(events) - 1)].position})
        if not any(p.words == operation.text and p.kind == "text" for p in self._passages[stream]):
            self._found.add("words", f"{_name(operation)} does not say what was sent")
        if (operation.source, operation.external_id) != self._intakes.get(stream, (None, None)):
            self._found.add("words", f"{_name(operation)} has another source or externalId than was sent")
        token = events[0].fields().get("person")
        sender = self._persons.get((events[0].tenant, token)) if token else None
        if operation.person is not None and sender != (operation.source, operation.person):
            self._found.add("words", f"{_name(operation)} has another sender")

    def _check_change(self, operation: Operation) -> None:
        events = self._streams.get(self._stream_of.get(operation.of, ""), [])
        if operation.do == "addition":
            numbers = [(p.stream, p.number) for p in self._by_words[operation.text] if p.kind == "addition"]
            matching = [
                event for event in events
                if event.type == "AdditionReceived" and (event.stream, event.fields()["text"]["passage"]) in numbers
            ]
            self._count(operation, max(len(matching), len(numbers)))
        else:
            matching = [event for event in events if event.type == "FeedbackWithdrawn"]
            self._count(operation, len(matching))
        if operation.outcome == ACKNOWLEDGED and len(matching) == 1:
            self._compare_answer(operation, {"position": matching[0].position})

    def _count(self, operation: Operation, times: int) -> None:
        outcome = operation.outcome
        if outcome == ACKNOWLEDGED and times != 1:
            self._found.add("acknowledged", f"{_name(operation)} was acknowledged and is there {times} times")
        elif outcome == FAILED and times != 0:
            self._found.add("failed", f"{_name(operation)} was said not to be stored and is there {times} times")
        elif times > 1:
            self._found.add("unknown", f"{_name(operation)} is there {times} times")

    def _compare_answer(self, operation: Operation, expected: dict[str, str | int]) -> None:
        answer = operation.answers[0]
        for name, value in expected.items():
            if answer.get(name) != value:
                self._found.add("acknowledged", f"{_name(operation)}: the answer's {name} leads elsewhere")

    def _check_stream(self, stream: str, events: list[Event]) -> None:
        """All of a message or nothing: what one command writes stands side by side and was recorded at once."""
        opening = events[:len(OPENING)]
        if [event.type for event in opening] != OPENING:
            self._found.add("whole", f"stream {stream} does not begin with {' and '.join(OPENING)}")
        elif any(
            event.position != opening[0].position + n or event.recorded_at != opening[0].recorded_at
            for n, event in enumerate(opening)
        ):
            self._found.add("whole", f"stream {stream} was not opened at once")
        if stream not in self._intakes:
            self._found.add("whole", f"stream {stream} has no intake")
        passages = {passage.number: passage for passage in self._passages[stream]}
        for event in events:
            link = event.fields().get("text")
            if not isinstance(link, dict):
                continue
            passage = passages.pop(link["passage"], None)
            if passage is None:
                self._found.add("whole", f"the words of position {event.position} are missing")
                continue
            commitment = hmac.new(passage.salt, passage.words.encode(), hashlib.sha256).hexdigest()
            if commitment != link["commitment"]:
                self._found.add("words", f"the words of position {event.position} are not those that it commits to")
        for number in passages:
            self._found.add("whole", f"stream {stream} has words number {number} that no event names")


def _name(operation: Operation) -> str:
    return f"operation {operation.number} ({operation.do})"
