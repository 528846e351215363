"""One case of the drill: a server with messages, what people keep of it outside, and where things are put back."""

import asyncio
import contextlib
import dataclasses
import json
import pathlib
import secrets
import shutil
import tempfile
import time
from typing import Any, Self

from chorus import Answer, Chorus
from server import Server

DATABASE = "chorus"
SOURCE = "drill"


@dataclasses.dataclass
class Kept:
    """What programs and people outside keep of a log at some time."""

    epoch: str
    position: int
    chain: str
    cursor: str  # for min_position: epoch and position
    link: str  # the next page of GET /v1/demands
    receipt: pathlib.Path
    epochs: int  # rows of log.epochs
    heads: dict[int, int]  # position by tenant
    notices: int  # what the running server had warned of


class Ground:
    """What the cases begin with: the stopped cluster of an installation with two tenants and no messages."""

    def __init__(self, binary: str) -> None:
        self.binary = binary
        self.key = "chorus_sk_" + secrets.token_hex(24)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chorus-restore-"))
        # The account that PostgreSQL runs as must be able to enter.
        self.folder.chmod(0o755)
        self.server = Server(self.folder / "ground")

    async def __aenter__(self) -> Self:
        try:
            await self.server.create()
            await self.prepare(self.server)
            await self.server.stop()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def prepare(self, server: Server) -> None:
        """Makes the installation: its schema, tenant `default` with a key, and one more tenant."""
        await server.run(f"CREATE DATABASE {DATABASE}")
        chorus = Chorus(self.binary, server.url(DATABASE), server.folder, "first-start", self.key)
        await chorus.start()
        await chorus.stop()
        status, said = await chorus.command("tenants", "create", "north", "--timezone", "Asia/Shanghai")
        if status:
            raise RuntimeError(f"chorus tenants create ended with {status}: {said[-500:]}")


class Drill:
    """A running installation in a folder of its own; everything that a case starts ends with it."""

    def __init__(self, ground: Ground, name: str) -> None:
        self.ground = ground
        self.folder = ground.folder / name
        self.wrong: list[str] = []
        self.answers: dict[str, dict[str, Any]] = {}  # the first answer to each message, by its externalId
        self.lost: list[str] = []
        self.early: Kept
        self.late: Kept
        self.notes: list[str] = []
        self.noticed: dict[str, Any] = {}
        self._names = 0
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        self.folder.mkdir()
        self.folder.chmod(0o755)
        self.origin = self.server("origin")
        self.origin.give(self.folder)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        shutil.rmtree(self.folder, ignore_errors=True)

    def expect(self, holds: bool, otherwise: str) -> bool:
        """Notes what is not as it must be."""
        if not holds:
            self.wrong.append(otherwise)
        return holds

    def server(self, name: str, **options: Any) -> Server:
        """Another cluster's place; its data folder is not there yet."""
        password = self.ground.server.password
        server = Server(self.folder / name, password=password, **options)
        self._stack.push_async_callback(server.stop)
        return server

    def chorus(self, url: str) -> Chorus:
        """A server on the database that `url` leads to; not started yet."""
        self._names += 1
        name = f"chorus-{self._names}"
        chorus = Chorus(self.ground.binary, url, self.folder / name, name, self.ground.key)
        self._stack.push_async_callback(chorus.stop)
        return chorus

    # What happens before the accident

    async def begin(self, extra: str = "", url: str | None = None) -> None:
        """Starts the installation, and people speak; `extra` are settings of PostgreSQL."""
        await self.origin.copy_of(self.ground.server)
        if extra:
            self.origin.configure(extra)
        await self.origin.start_copy()
        await self.begin_chorus(url)

    async def begin_chorus(self, url: str | None = None) -> None:
        """Starts Chorus on the running origin, and people speak."""
        self.running = self.chorus(url or self.origin.url(DATABASE))
        await self.running.start()
        self.speak("before", 6)
        self.early = self.late = await self.keep("early")

    def speak(self, what: str, count: int) -> list[str]:
        """Sends messages through the running server; their external ids."""
        ids = [f"{what}-{number}" for number in range(count)]
        for external in ids:
            answer = self.send(self.running, external)
            if answer.status != 201:
                raise RuntimeError(f"a message was answered with {answer.status}: {answer.text[:300]}")
            self.answers[external] = answer.body
        return ids

    def send(self, chorus: Chorus, external: str) -> Answer:
        """Sends the message with this external id, for the first time or again."""
        fields = {
            "text": f"街灯坏了三周 The lamp is dark: {external}.", "source": SOURCE, "externalId": external,
            "channel": "web", "personRef": f"p{sum(external.encode()) % 3}",
        }
        return chorus.ask("POST", "/v1/feedback", fields)

    async def keep(self, name: str) -> Kept:
        """Notes outside what the log has come to, and where a reader of pages is."""
        await self._settle()
        head = self.running.head()
        page = self.running.ask("GET", f"/v1/demands?limit=2&min_position={head['cursor']}")
        if page.status != 200 or not page.link:
            raise RuntimeError(f"GET /v1/demands was answered with {page.status}, Link {page.link}: {page.text[:300]}")
        receipts = await self.running.receipts()
        receipt = self.folder / f"{name}.receipt"
        receipt.write_text("".join(json.dumps(line) + "\n" for line in receipts))
        numbers = dict(await self._rows("SELECT code, tenant_id FROM log.tenants"))
        (epochs,), = await self._rows("SELECT count(*) FROM log.epochs")
        return Kept(
            head["epoch"], head["position"], head["chain"], head["cursor"],
            page.link[1:page.link.index(">")], receipt, int(epochs),
            {int(numbers[line["tenant"]]): line["position"] for line in receipts},
            len(self.running.notices()),
        )

    async def _settle(self) -> None:
        """Waits until the server's processes have answered everything: what they say is in the log too."""
        deadline = time.monotonic() + 30
        while True:
            (behind,), = await self._rows(
                """
                SELECT count(*)
                FROM log.heads AS h
                LEFT JOIN (
                    SELECT c.tenant_id, min(c.position) AS position
                    FROM projections.process_checkpoints AS c
                    GROUP BY c.tenant_id
                ) AS p
                    ON p.tenant_id = h.tenant_id
                WHERE h.position > COALESCE(p.position, 0)
                """
            )
            if int(behind) == 0:
                return
            if time.monotonic() > deadline:
                raise RuntimeError("the server's processes do not reach the head of the log")
            await asyncio.sleep(0.05)

    async def lose(self) -> None:
        """People speak once more: the restore will lose that."""
        self.lost = self.speak("after", 4)
        self.late = await self.keep("late")

    async def _rows(self, statement: str) -> list[list[str]]:
        return await self.origin.run(statement, DATABASE)

    # Tools

    async def dump(self, server: Server) -> pathlib.Path:
        """`pg_dump -Fc` of the database, as operators keep it."""
        file = self.folder / "chorus.dump"
        await server.run_tool("pg_dump", "--format=custom", f"--file={file}", f"--dbname={server.address(DATABASE)}")
        return file
