"""Changes that somebody with every right might make behind Chorus's back, each on its own copy of a database."""

import dataclasses
import hashlib
import json
import pathlib
from collections.abc import Callable

import chain
from history import ACKNOWLEDGED, Operation, read_history
from snapshot import Snapshot


@dataclasses.dataclass
class Tampering:
    """`expected` are the invariants of which at least these must be seen to be broken."""

    name: str
    statement: Callable[[Snapshot], str]
    expected: set[str]
    # Whether `chorus log verify` must see it by itself (with its receipt), where it exists.
    is_for_verify: bool = False
    rebuild: bool = False
    unexpected: frozenset[str] = frozenset()
    # What the history says besides, as lines.
    history: Callable[[pathlib.Path], str] = lambda _: ""


def _middle(snapshot: Snapshot) -> int:
    """The first position of a message in the middle of the log."""
    received = [event.position for event in snapshot.events if event.type == "FeedbackReceived"]
    return received[len(received) // 2]


def _first(table: str) -> str:
    """The condition of one row of a table."""
    return f"ctid = (SELECT min(ctid) FROM {table})"


def _change_body(snapshot: Snapshot) -> str:
    return (
        "UPDATE log.events SET body = replace(body::text, '\"channel\"', '\"chanNel\"')::json"
        f" WHERE position = {_middle(snapshot)}"
    )


def _swap(snapshot: Snapshot) -> str:
    first, second = _middle(snapshot), snapshot.events[-1].position
    return (
        f"UPDATE log.events SET position = -1 WHERE position = {first};"
        f"UPDATE log.events SET position = {first} WHERE position = {second};"
        f"UPDATE log.events SET position = {second} WHERE position = -1"
    ).replace("UPDATE", "ALTER TABLE log.events DROP CONSTRAINT IF EXISTS events_position_check; UPDATE", 1)


def _truncate(snapshot: Snapshot) -> str:
    """The end goes from the last message's batch on, and the head with it: nothing in the database tells of it."""
    message = max(event.position for event in snapshot.events if event.type == "FeedbackReceived")
    number = next(n for n, batch in enumerate(snapshot.batches) if batch.first <= message <= batch.last)
    last, before = snapshot.batches[number], snapshot.batches[number - 1]
    return (
        f"DELETE FROM log.events WHERE position >= {last.first};"
        f"DELETE FROM log.batches WHERE first_position >= {last.first};"
        "UPDATE log.heads AS h SET position = b.last_position, chain = b.chain, recorded_at = b.recorded_at"
        f" FROM log.batches AS b WHERE b.first_position = {before.first} AND b.tenant_id = h.tenant_id"
    )


def _rewrite(snapshot: Snapshot) -> str:
    """An event of the last batch says something else, and digests and chain are computed anew: all of it agrees."""
    batch = snapshot.batches[-1]
    events = [event for event in snapshot.events if batch.first <= event.position <= batch.last]
    digests, content, commands = b"", hashlib.sha256(), 0
    target = events[-1]
    rewritten = hashlib.sha256()
    new_body = target.body[:-1] + b',"note":1}'
    for event in events:
        content.update(chain.framed(event))
        rewritten.update(chain.framed(dataclasses.replace(event, body=new_body) if event is target else event))
        if content.digest() == batch.digests[commands * 32:commands * 32 + 32]:
            digests += rewritten.digest()
            content, rewritten, commands = hashlib.sha256(), hashlib.sha256(), commands + 1
    link = chain.link(snapshot.batches[-2].chain, dataclasses.replace(batch, digests=digests)).hex()
    return (
        f"UPDATE log.events SET body = convert_from('\\x{new_body.hex()}', 'UTF8')::json"
        f" WHERE position = {target.position};"
        f"UPDATE log.batches SET digests = '\\x{digests.hex()}', chain = '\\x{link}'"
        f" WHERE first_position = {batch.first};"
        f"UPDATE log.heads SET chain = '\\x{link}'"
    )


def _operation(path: pathlib.Path) -> Operation:
    """A message that was acknowledged."""
    return next(one for one in read_history(path) if one.do == "message" and one.outcome == ACKNOWLEDGED)


def _other_answer(path: pathlib.Path) -> str:
    """A repeat of a message that was answered with another position."""
    operation = _operation(path)
    answer = {**operation.answers[0], "position": operation.answers[0]["position"] + 1}
    lines = [
        {"op": operation.number, "try": 99, "node": 0},
        {"op": operation.number, "try": 99, "outcome": ACKNOWLEDGED, "status": 201, "answer": answer},
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def _said_to_have_failed(path: pathlib.Path) -> str:
    """Another operation with the words of a stored one, which was said not to be stored."""
    number = max(operation.number for operation in read_history(path)) + 1
    operation = _operation(path)
    lines = [
        {"op": number, "do": "message", "text": operation.text, "source": operation.source},
        {"op": number, "try": 1, "node": 0},
        {"op": number, "try": 1, "outcome": "failed", "status": 503, "why": "nothing was stored"},
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def _live(table: str, change: str) -> Callable[[Snapshot], str]:
    """A change to a table of the live demand board."""
    return lambda _: f"""DO $$ BEGIN
        EXECUTE (
            SELECT format($s${change}$s$, 'gen_' || generation || '.{table}')
            FROM projections.generations
            WHERE projector = 'demand_board' AND state = 'live'
        );
    END $$"""


ALL = [
    Tampering("one byte of an event", _change_body, {"chain"}, is_for_verify=True),
    Tampering(
        "an event deleted", lambda s: f"DELETE FROM log.events WHERE position = {_middle(s)}",
        {"positions", "chain", "whole"}, is_for_verify=True,
    ),
    Tampering("two events swapped", _swap, {"chain", "versions"}, is_for_verify=True),
    Tampering(
        "an event set back in time",
        lambda s: f"UPDATE log.events SET recorded_at = recorded_at - interval '1 h' WHERE position = {_middle(s) + 1}",
        {"times", "whole"}, is_for_verify=True,
    ),
    Tampering(
        "a version left out",
        lambda s: f"UPDATE log.events SET version = 9 WHERE position = {_middle(s) + 1}", {"versions", "chain"},
        is_for_verify=True,
    ),
    Tampering("the end of the log cut off", _truncate, {"acknowledged", "receipt"}, is_for_verify=True),
    Tampering(
        "an event rewritten, the chain computed anew", _rewrite, {"receipt"}, is_for_verify=True,
        unexpected=frozenset({"chain", "positions", "versions"}),
    ),
    Tampering(
        "a message that nobody sent",
        lambda s: f"UPDATE log.events SET stream_id = gen_random_uuid() WHERE position = {_middle(s)}",
        {"invented", "chain"},
    ),
    Tampering(
        "words changed", lambda _: f"UPDATE vault.passages SET body = body || '.' WHERE {_first('vault.passages')}",
        {"words"}, is_for_verify=True,
    ),
    Tampering(
        "words deleted", lambda _: f"DELETE FROM vault.passages WHERE {_first('vault.passages')}",
        {"whole"}, is_for_verify=True,
    ),
    Tampering(
        "an intake deleted", lambda _: f"DELETE FROM vault.intakes WHERE {_first('vault.intakes')}",
        {"whole"},
    ),
    Tampering(
        "a sender exchanged", lambda _: f"UPDATE vault.persons SET person_ref = 'x' WHERE {_first('vault.persons')}",
        {"words"},
    ),
    Tampering(
        "a stream parked",
        lambda s: "INSERT INTO projections.parked_streams (tenant_id, generation, stream_id, position, reason)"
        f" SELECT 1, min(generation), gen_random_uuid(), {_middle(s)}, 'control' FROM projections.generations",
        {"projected"},
    ),
    Tampering("a repeat answered in another way", lambda _: "SELECT", {"answers"}, history=_other_answer),
    Tampering(
        "something stored that was said to have failed", lambda _: "SELECT", {"failed"}, history=_said_to_have_failed,
    ),
    Tampering(
        "a live count changed", _live("cells", "UPDATE %s SET demands = demands + 1 WHERE period IS NOT NULL"),
        {"projected", "rebuilt"}, rebuild=True,
    ),
    Tampering(
        "a live fact changed", _live("facts", f"UPDATE %1$s SET place_given = 'x' WHERE {_first('%1$s')}"),
        {"rebuilt"}, rebuild=True,
    ),
]
