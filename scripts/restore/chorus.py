"""Chorus on one database: its server, its commands, and what it answers and logs."""

import dataclasses
import http.client
import json
import pathlib
import re
from typing import Any

import views
from node import Node

_NOTICE = re.compile(
    r" warning .*afterPosition=(?P<after>\d+) epoch=(?P<epoch>[0-9a-f-]{36}) reason=(?P<reason>.*) "
    r"tenant=(?P<tenant>\d+) .*a new epoch begins"
)


@dataclasses.dataclass(frozen=True)
class Notice:
    """A warning of the server's log: this database is another one than before."""

    tenant: int
    epoch: str
    after: int
    reason: str


@dataclasses.dataclass
class Answer:
    status: int
    link: str | None
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


class Chorus:
    """`chorus serve` and the other commands, on the database that `url` leads to."""

    def __init__(self, binary: str, url: str, folder: pathlib.Path, name: str, key: str) -> None:
        home = folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        environment = {"DATABASE_URL": url, "CHORUS_HOME": str(home), "CHORUS_ADMIN_KEY": key}
        command = [binary, "serve", "--address", "127.0.0.1:{port}"]
        self.node = Node(name, command, environment, folder)
        self.url = url
        self._binary = binary
        self._home = str(home)
        self._key = key

    async def start(self) -> None:
        """Starts the server and waits until it would take a message."""
        await self.node.start()

    async def stop(self) -> None:
        await self.node.stop()

    def said(self) -> str:
        """The server's log, and what it printed."""
        return self.node.log.read_text() if self.node.log.exists() else ""

    def notices(self) -> list[Notice]:
        """The epochs that the server has noticed, in order."""
        return [
            Notice(int(found["tenant"]), found["epoch"], int(found["after"]), found["reason"])
            for found in _NOTICE.finditer(self.said())
        ]

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Answer:
        """One request to the server, with a key that may do everything; raises OSError when no whole answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=20)
        body = None if fields is None else json.dumps(fields, ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers.get("Link"), response.read().decode())
        except http.client.HTTPException as error:
            raise OSError(f"no whole answer to {method} {path}: {error!r}") from error
        finally:
            connection.close()

    def head(self) -> dict[str, Any]:
        return self.ask("GET", "/v1/log/head").body

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Status and output, complaints included, of another command on the same database."""
        return await views.run_chorus(self._binary, self.url, self._home, *arguments)

    async def receipts(self) -> list[dict[str, Any]]:
        """What `log receipt` prints, one for each tenant."""
        status, output = await self.command("log", "receipt")
        if status:
            raise RuntimeError(f"chorus log receipt ended with {status}: {output[-500:]}")
        return _objects(output)

    async def verify(self, receipt: pathlib.Path) -> dict[str, list[str]]:
        """The codes of what `log verify` finds, by tenant."""
        status, output = await self.command("log", "verify", "--receipt", str(receipt), "--json")
        found = {report["tenant"]: [finding["code"] for finding in report["findings"]] for report in _objects(output)}
        if not found or (status == 0) != (not any(found.values())):
            raise RuntimeError(f"chorus log verify ended with {status}: {output[-500:]}")
        return found


def _objects(output: str) -> list[dict[str, Any]]:
    """The lines for programs; the others are progress."""
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]
