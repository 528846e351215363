"""The chain of docs/log.md computed a second time, by nothing that Chorus is made of."""

import hashlib
import struct
import uuid

from snapshot import Batch, Event, Snapshot
from violations import Violations

ZERO = bytes(32)


def framed(event: Event) -> bytes:
    """What a command's digest is computed over, for one of its events."""

    def text(value: bytes) -> bytes:
        return struct.pack("!I", len(value)) + value

    return b"".join([
        uuid.UUID(event.stream).bytes, text(event.stream_type.encode()), struct.pack("!i", event.version),
        text(event.type.encode()), struct.pack("!h", event.schema_version), text(event.actor.encode()),
        text(event.body),
    ])


def link(before: bytes, batch: Batch) -> bytes:
    """The chain after a batch. Format 2 binds it to its place and its time, too."""
    if batch.format == 1:
        return hashlib.sha256(before + batch.digests).digest()
    place = struct.pack("!iqqq", batch.tenant, batch.first, batch.last, batch.recorded_at)
    return hashlib.sha256(before + place + batch.digests).digest()


def check_chain(snapshot: Snapshot, receipts: dict[int, tuple[int, bytes]], found: Violations) -> None:
    """Recomputes digests and chain from the events; compares with what was noted outside after the cycle before.

    The log does not say where one command of a batch ends and the next begins: the digests do.
    """
    for head in snapshot.heads:
        events = {event.position: event for event in snapshot.events if event.tenant == head.tenant}
        chain, next_position = ZERO, 1
        at: dict[int, bytes] = {0: ZERO}
        for batch in (batch for batch in snapshot.batches if batch.tenant == head.tenant):
            place = f"batch at position {batch.first}"
            if batch.first != next_position:
                found.add("chain", f"{place}: the batch before ended at {next_position - 1}")
            _check_digests(batch, events, place, found)
            chain = link(chain, batch)
            if chain != batch.chain:
                found.add("chain", f"{place}: its chain is not what its content gives")
                chain = batch.chain
            at[batch.last] = chain
            next_position = batch.last + 1
        if (chain, next_position - 1) != (head.chain, head.position):
            found.add("chain", f"the head of tenant {head.tenant} is not where its last batch ends")
        if head.tenant in receipts:
            position, noted = receipts[head.tenant]
            if at.get(position) != noted:
                found.add("receipt", f"the log up to position {position} is not the one that was there a cycle before")


def _check_digests(batch: Batch, events: dict[int, Event], place: str, found: Violations) -> None:
    digests = [batch.digests[at:at + 32] for at in range(0, len(batch.digests), 32)]
    if len(digests) != batch.commands:
        found.add("chain", f"{place}: {batch.commands} commands, {len(digests)} digests")
    position = batch.first
    for number, digest in enumerate(digests, start=1):
        content = hashlib.sha256()
        while position <= batch.last:
            event = events.get(position)
            if event is None:
                break
            content.update(framed(event))
            position += 1
            if content.digest() == digest:
                break
        else:
            found.add("chain", f"{place}: command {number} is not what was digested")
            return
        if event is None:
            found.add("chain", f"{place}: position {position} is missing")
            return
    if position != batch.last + 1:
        found.add("chain", f"{place}: positions {position} to {batch.last} belong to no command")
