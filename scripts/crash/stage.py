"""Where a campaign plays: a cluster, a database with a tenant, and the server under test with all it needs."""

import asyncio
import dataclasses
import pathlib
import secrets
import shutil
import tempfile

import load
from cluster import Cluster
from node import Node
from proxy import Proxy


@dataclasses.dataclass
class Subject:
    """What is put under faults: Chorus, or a stand-in with a known defect."""

    name: str
    command: list[str]  # {port} becomes where to listen
    environment: dict[str, str]
    weights: dict[str, int]
    marker: bytes = b"log.append("  # in the text of the statement that appends
    is_chorus: bool = True


@dataclasses.dataclass
class Place:
    """A node with the proxy between it and PostgreSQL."""

    node: Node
    proxy: Proxy


class Stage:
    """One cluster in a folder of its own, which is gone at the end."""

    DATABASE = "chorus"

    def __init__(self, binary: str, extra: str = "") -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="chorus-crash-"))
        # The account that PostgreSQL runs as must be able to enter.
        self.folder.chmod(0o755)
        self.binary = binary
        self.key = "chorus_sk_" + secrets.token_hex(24)
        self.cluster = Cluster(self.folder, extra)
        self._has_verify: bool | None = None

    async def __aenter__(self) -> "Stage":
        try:
            await self.cluster.create()
            await self.cluster.run(f"CREATE DATABASE {self.DATABASE}")
            node = self._node("first-start", self.chorus(), self.cluster.url(self.DATABASE), self.folder)
            await node.start()
            await node.stop()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def chorus(self) -> Subject:
        return Subject(
            "chorus", [self.binary, "serve", "--address", "127.0.0.1:{port}"], {"CHORUS_ADMIN_KEY": self.key},
            load.EVERYTHING,
        )

    async def copy(self, name: str, template: str = DATABASE) -> str:
        """A new database like the template, to which nobody may be connected.

        Not for Chorus under faults: when PostgreSQL crashes soon after a copy, the copy's identity sequences go back
        (PostgreSQL 15 logs their value once every 32 steps, and the copy inherits the steps that are left).
        """
        await self.cluster.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    async def drop(self, name: str) -> None:
        await self.cluster.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def open(self, subject: Subject, database: str, count: int, logs: pathlib.Path) -> list[Place]:
        """Starts nodes, each behind a proxy of its own."""
        places = []
        try:
            for number in range(count):
                proxy = Proxy(self.cluster.port, subject.marker)
                await proxy.start()
                url = self.cluster.url(database, proxy.port)
                places.append(Place(self._node(f"node-{number}", subject, url, logs), proxy))
            await asyncio.gather(*(place.node.start() for place in places))
        except BaseException:
            await self.close(places)
            raise
        return places

    async def close(self, places: list[Place]) -> list[int | None]:
        """Ends nodes and proxies; the nodes' exit statuses."""
        statuses = list(await asyncio.gather(*(place.node.stop() for place in places)))
        for place in places:
            await place.proxy.stop()
        return statuses

    async def quiet(self, database: str) -> bool:
        """Waits until nobody is connected any more: a backend may outlive the node that asked it to append."""
        for _ in range(300):
            (count,), = await self.cluster.run(
                "SELECT count(*) FROM pg_stat_activity"
                f" WHERE datname = '{database}' AND backend_type = 'client backend'"
            )
            if count == "0":
                return True
            await asyncio.sleep(0.05)
        return False

    async def has_verify(self) -> bool:
        """Whether this Chorus has `log verify`."""
        if self._has_verify is None:
            process = await asyncio.create_subprocess_exec(
                self.binary, "log", "verify", "--help",
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            )
            output, _ = await process.communicate()
            self._has_verify = process.returncode == 0 and b"--receipt" in output
        return self._has_verify

    def _node(self, name: str, subject: Subject, url: str, logs: pathlib.Path) -> Node:
        home = self.folder / f"home-{name}"
        home.mkdir(exist_ok=True)
        environment = {**subject.environment, "DATABASE_URL": url, "CHORUS_HOME": str(home)}
        return Node(name, subject.command, environment, logs)
