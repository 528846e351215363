"""A TCP proxy between a node and PostgreSQL that can cut a connection just before or just after an append.

Before: the statement never reaches PostgreSQL. After: PostgreSQL has committed and said so, and its answer is thrown
away. Either way both sides see a broken connection.
"""

import asyncio
import dataclasses
import socket
import struct
import time

import wire


@dataclasses.dataclass
class Armed:
    """A cut that is waiting for its append."""

    moment: str  # "before" or "after"
    appends_to_spare: int
    cut_at: asyncio.Future[float]


class Proxy:
    """Listens on a free port of the loopback; every connection gets one of its own to PostgreSQL."""

    def __init__(self, upstream_port: int, marker: bytes = b"log.append(") -> None:
        self.port = 0
        self.appends = 0
        self._upstream_port = upstream_port
        self._marker = marker
        self._armed: Armed | None = None
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for link in list(self._links):
            link.cut()
        self._armed = None

    def arm(self, moment: str, appends_to_spare: int) -> asyncio.Future[float]:
        """Cuts one append, after as many others have passed; the result is the time of the cut."""
        self._armed = Armed(moment, appends_to_spare, asyncio.get_running_loop().create_future())
        return self._armed.cut_at

    def client_ports(self) -> list[int]:
        """As PostgreSQL sees the connections that are open: `client_port` in pg_stat_activity."""
        return [link.client_port for link in self._links if link.client_port]

    def should_cut(self, moment: str) -> bool:
        """Whether the append that is now at `moment` is the one to be cut; counts it if not."""
        if self._armed is None or self._armed.moment != moment:
            return False
        if self._armed.appends_to_spare > 0:
            self._armed.appends_to_spare -= 1
            return False
        return True

    def has_cut(self) -> None:
        if self._armed and not self._armed.cut_at.done():
            self._armed.cut_at.set_result(time.monotonic())
        self._armed = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(self, wire.AppendWatch(self._marker))
        self._links.add(link)
        try:
            await link.run(reader, writer, self._upstream_port)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side hears of it by the cut
        finally:
            link.cut()
            self._links.discard(link)


class Link:
    """One connection of a node and its counterpart to PostgreSQL."""

    def __init__(self, proxy: Proxy, watch: wire.AppendWatch) -> None:
        self.client_port = 0
        self._proxy = proxy
        self._watch = watch
        self._writers: list[asyncio.StreamWriter] = []

    async def run(self, node: asyncio.StreamReader, to_node: asyncio.StreamWriter, port: int) -> None:
        self._writers.append(to_node)
        server, to_server = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        self._writers.append(to_server)
        self.client_port = to_server.get_extra_info("sockname")[1]
        if not await self._startup(node, to_node, to_server):
            return
        pumps = [
            asyncio.create_task(self._from_node(node, to_server)),
            asyncio.create_task(self._from_server(server, to_node)),
        ]
        try:
            done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in done:
                pump.result()
        finally:
            for pump in pumps:
                pump.cancel()

    def cut(self) -> None:
        """Breaks both connections at once, with a reset rather than a farewell."""
        for writer in self._writers:
            connection = writer.get_extra_info("socket")
            if connection is not None and connection.fileno() >= 0:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _startup(
        self, node: asyncio.StreamReader, to_node: asyncio.StreamWriter, to_server: asyncio.StreamWriter
    ) -> bool:
        """Passes the first packet on, which has no type byte; False for a cancel request, after which nothing comes."""
        while True:
            head = await node.readexactly(8)
            length, code = struct.unpack("!II", head)
            rest = await node.readexactly(length - 8)
            if code in (wire.SSL_REQUEST, wire.GSS_REQUEST):
                to_node.write(b"N")
                continue
            to_server.write(head + rest)
            await to_server.drain()
            return code != wire.CANCEL_REQUEST

    async def _from_node(self, node: asyncio.StreamReader, to_server: asyncio.StreamWriter) -> None:
        frames = wire.Frames()
        while data := await node.read(1 << 18):
            for kind, whole in frames.feed(data):
                if self._watch.begins_append(kind, whole):
                    self._proxy.appends += 1
                    if self._proxy.should_cut("before"):
                        self.cut()
                        self._proxy.has_cut()
                        return
                    self._watch.start()
                to_server.write(whole)
            await to_server.drain()

    async def _from_server(self, server: asyncio.StreamReader, to_node: asyncio.StreamWriter) -> None:
        frames = wire.Frames()
        held: list[bytes] = []
        while data := await server.read(1 << 18):
            for kind, whole in frames.feed(data):
                if not self._watch.is_under_way:
                    to_node.write(whole)
                    continue
                held.append(whole)  # until it is known how the append ended
                committed = self._watch.ends_append(kind)
                if committed is None:
                    continue
                if committed and self._proxy.should_cut("after"):
                    self.cut()
                    self._proxy.has_cut()
                    return
                to_node.write(b"".join(held))
                held.clear()
            await to_node.drain()
