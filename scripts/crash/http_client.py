"""A small HTTP/1.1 client that tells what it knows: not sent, answered, or lost midway."""

import asyncio
import dataclasses
import json
from typing import Any


class NotSent(Exception):
    """No connection came about: not a byte of the request has left us."""


class Lost(Exception):
    """The request was sent, at least in part, and no whole answer came."""


@dataclasses.dataclass
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class HTTPClient:
    """One connection, kept while it works. `address` is the loopback address to come from: limits are by address."""

    def __init__(self, address: str, timeout: float = 8) -> None:
        self._address = address
        self._timeout = timeout
        self._port = 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, port: int, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Sends one request to 127.0.0.1:`port`; raises NotSent or Lost."""
        if self._streams is None or self._port != port or self._streams[0].at_eof():
            self.close()
            try:
                self._streams = await asyncio.wait_for(
                    asyncio.open_connection("127.0.0.1", port, local_addr=(self._address, 0)), self._timeout
                )
            except (OSError, TimeoutError) as error:
                raise NotSent(str(error)) from error
            self._port = port
        try:
            return await asyncio.wait_for(self._exchange(method, path, headers, body), self._timeout)
        except (OSError, TimeoutError, EOFError, ValueError) as error:
            self.close()
            raise Lost(f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        if self._streams:
            self._streams[1].transport.abort()
        self._streams = None

    async def _exchange(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        if fields.get("transfer-encoding", "").lower() == "chunked":
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(head[0].split(" ")[1]), body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body
