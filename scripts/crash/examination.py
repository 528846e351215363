"""Everything that is looked at once the nodes are gone: the log against history, against itself, against the views."""

import dataclasses
import pathlib

import chain
import checker
import views
from history import read_history
from snapshot import take_snapshot
from stage import Stage, Subject
from violations import Violations


@dataclasses.dataclass
class Book:
    """What is remembered of one database outside of it."""

    database: str
    history: pathlib.Path
    # Of each tenant, position and chain of the head by the end of the cycle before.
    receipts: dict[int, tuple[int, bytes]] = dataclasses.field(default_factory=dict)
    # What `chorus log receipt` said then.
    receipt_file: pathlib.Path | None = None


async def examine(stage: Stage, subject: Subject, book: Book, found: Violations, *, rebuild: bool) -> int:
    """Adds what is wrong to `found` and notes the next receipts; returns the head's position."""
    url = stage.cluster.url(book.database)
    if not await stage.quiet(book.database):
        found.add("healing", "connections to PostgreSQL outlive their nodes by 15 s")
    snapshot = await take_snapshot(url)
    checker.check_log(snapshot, found)
    checker.Comparison(read_history(book.history), snapshot, found).check()
    if subject.is_chorus:
        chain.check_chain(snapshot, book.receipts, found)
        await views.check_counts(url, found)
        await _verify_with_chorus(stage, book, found)
        if rebuild:
            await views.check_rebuilt(stage.binary, url, str(stage.folder), found)
    book.receipts = {head.tenant: (head.position, head.chain) for head in snapshot.heads}
    return max((head.position for head in snapshot.heads), default=0)


async def _verify_with_chorus(stage: Stage, book: Book, found: Violations) -> None:
    """Chorus's own `log verify`, with its receipt of the cycle before; nothing where this Chorus has none yet."""
    if not await stage.has_verify():
        return
    url, home = stage.cluster.url(book.database), str(stage.folder)
    receipt = ["--receipt", str(book.receipt_file)] if book.receipt_file else []
    status, output = await views.run_chorus(stage.binary, url, home, "log", "verify", *receipt, "--json")
    if status:
        found.add("verify", f"chorus log verify ended with {status}: {output[-600:]}")
    status, output = await views.run_chorus(stage.binary, url, home, "log", "receipt")
    if status:
        found.add("verify", f"chorus log receipt ended with {status}: {output[-600:]}")
        return
    book.receipt_file = stage.folder / f"{book.database}.receipt"
    book.receipt_file.write_text(output)
