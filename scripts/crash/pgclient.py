"""A small PostgreSQL client for the stand-in servers and for quick looks: one statement at a time, values as text."""

import asyncio
import contextlib

import wire


class ServerSaid(Exception):
    """PostgreSQL refused a statement."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(f"{fields.get('C')}: {fields.get('M')}")
        self.sqlstate = fields.get("C", "")


class Client:
    """One connection. Statements are prepared once each, under a name, as a pooled application does."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._frames = wire.Frames()
        self._ready: list[tuple[bytes, bytes]] = []
        self._names: dict[str, bytes] = {}
        self._prepared = 0

    @staticmethod
    async def connect(port: int, database: str, password: str, user: str = "chorus", **settings: str) -> "Client":
        """Opens a connection on the loopback; `settings` hold from its first statement on."""
        return await Client._open(await asyncio.open_connection("127.0.0.1", port), database, password, user, settings)

    @staticmethod
    async def connect_locally(socket: str, database: str, user: str, **settings: str) -> "Client":
        """Opens a connection over a Unix socket whose server asks for no password."""
        return await Client._open(await asyncio.open_unix_connection(socket), database, "", user, settings)

    @staticmethod
    async def _open(
        streams: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        database: str,
        password: str,
        user: str,
        settings: dict[str, str],
    ) -> "Client":
        reader, writer = streams
        client = Client(reader, writer)
        parts = ["user", user, "database", database]
        for name, value in settings.items():
            parts += [name, value]
        body = (196608).to_bytes(4, "big") + b"".join(part.encode() + b"\0" for part in parts) + b"\0"
        writer.write(wire.LENGTH.pack(len(body) + 4) + body)
        try:
            while True:
                kind, payload = await client._next()
                if kind == b"R" and payload[:4] == b"\0\0\0\3":
                    writer.write(wire.frame(b"p", password.encode() + b"\0"))
                elif kind == b"E":
                    raise ServerSaid(_fields(payload))
                elif kind == b"Z":
                    return client
        except BaseException:
            client.close()
            raise

    async def query(self, text: str, *values: str | None) -> list[list[str | None]]:
        """Runs one statement as a transaction of its own; raises OSError when the connection breaks."""
        message = b""
        is_prepared = text in self._names
        if text not in self._names:
            self._prepared += 1
            name = self._names[text] = b"s%d" % self._prepared
            message += wire.frame(b"P", name + b"\0" + text.encode() + b"\0\0\0")
        bound = b"".join(
            b"\xff\xff\xff\xff" if value is None else wire.LENGTH.pack(len(value.encode())) + value.encode()
            for value in values
        )
        head = b"\0" + self._names[text] + b"\0\0\0" + len(values).to_bytes(2, "big")
        message += wire.frame(b"B", head + bound + b"\0\0") + wire.frame(b"E", b"\0\0\0\0\0") + wire.frame(b"S", b"")
        self._writer.write(message)
        rows: list[list[str | None]] = []
        error: ServerSaid | None = None
        while True:
            kind, payload = await self._next()
            if kind == b"1":
                is_prepared = True
            elif kind == b"D":
                rows.append(_row(payload))
            elif kind == b"E":
                error = ServerSaid(_fields(payload))
            elif kind == b"Z":
                break
        if not is_prepared:
            del self._names[text]
        if error:
            raise error
        return rows

    @property
    def is_broken(self) -> bool:
        """Whether PostgreSQL has gone meanwhile."""
        return self._reader.at_eof() or self._writer.transport.is_closing()

    async def wait_for_end(self, limit: float) -> None:
        """Waits until PostgreSQL closes this idle connection; raises TimeoutError."""
        with contextlib.suppress(OSError):
            while await asyncio.wait_for(self._reader.read(1 << 16), limit):
                pass
        self.close()

    def close(self) -> None:
        self._writer.transport.abort()

    async def _next(self) -> tuple[bytes, bytes]:
        while not self._ready:
            data = await self._reader.read(1 << 16)
            if not data:
                raise ConnectionResetError("PostgreSQL closed the connection")
            self._ready = [(kind, whole[5:]) for kind, whole in self._frames.feed(data)]
        return self._ready.pop(0)


def _row(payload: bytes) -> list[str | None]:
    count, at, values = int.from_bytes(payload[:2], "big"), 2, []
    for _ in range(count):
        length = int.from_bytes(payload[at:at + 4], "big", signed=True)
        at += 4
        values.append(None if length < 0 else payload[at:at + length].decode())
        at += max(0, length)
    return values


def _fields(payload: bytes) -> dict[str, str]:
    return {part[:1].decode(): part[1:].decode(errors="replace") for part in payload.split(b"\0") if part}
