"""A deliberately naive server in the place of Chorus, with one known defect, to see whether the checker finds it out.

    honest          none: what the checker must find nothing in
    early           acknowledges before COMMIT
    asynchronous    commits with synchronous_commit = off
    hopeful         takes a connection that broke while it appended for success
    blind           tries again by itself, each time as something new
    forgetful       tries again like blind, and says that it does not know
    sure            says "nothing was stored" of a connection that broke while it appended
    torn            stores a message in two transactions
    sequence        takes positions from a sequence
    unanimous       stores nothing unless every node that ever was there is alive

    python3 standin.py DEFECT PORT    with DATABASE_URL
"""

import asyncio
import hashlib
import hmac
import json
import os
import secrets
import signal
import sys
import urllib.parse
import uuid

import pgclient

NAMESPACE = uuid.UUID("6f1c1f3e-54d4-4f0c-9b44-0d2f5c1c7a11")
APPEND = "SELECT naive.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
OPENED = "SELECT position FROM log.events WHERE stream_id = $1 AND version = 2"
HEARTBEAT = """INSERT INTO naive.nodes (node, seen_at) VALUES ($1, clock_timestamp())
    ON CONFLICT (node) DO UPDATE SET seen_at = excluded.seen_at"""
ABSENT = "SELECT count(*) FROM naive.nodes WHERE seen_at < clock_timestamp() - interval '1 s'"


class Refused(Exception):
    """An answer other than 201: status and what is said."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


NOTHING_STORED = Refused(503, "the database is not available; nothing was stored")
UNKNOWN = Refused(503, "the outcome is unknown")


class StandIn:
    """The server: four connections, one message a transaction."""

    def __init__(self, defect: str, port: int) -> None:
        self._defect = defect
        self._port = port
        self._node = str(port)
        self._url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
        self._idle: asyncio.Queue[pgclient.Client | None] = asyncio.Queue()
        for _ in range(1 if defect == "early" else 4):
            self._idle.put_nowait(None)
        self._waiting: list[tuple[list[str | None], asyncio.Future[str]]] = []

    async def run(self) -> None:
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        extra = {"early": self._commit_late, "unanimous": self._beat}.get(self._defect)
        task = asyncio.create_task(extra()) if extra else None
        await ended.wait()
        server.close()
        if task:
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                status, answer = 200, {}
                if head[0].startswith("POST"):
                    try:
                        status, answer = 201, await self._receive(json.loads(body), fields.get("idempotency-key"))
                    except Refused as refused:
                        status, answer = refused.status, {"detail": str(refused)}
                data = json.dumps(answer).encode()
                writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
                await writer.drain()
        except (OSError, EOFError):
            writer.close()

    async def _receive(self, message: dict[str, str], key: str | None) -> dict[str, str | int]:
        identity = json.dumps([message.get("source"), message.get("externalId"), key])
        stream = str(uuid.uuid5(NAMESPACE, identity))
        for has_tried in (False, True, True):
            try:
                position = int(await self._store(stream, message))
                if has_tried and self._defect == "forgetful":
                    raise UNKNOWN
                return {"id": stream, "position": position}
            except pgclient.ServerSaid as said:
                if said.sqlstate == "23505":
                    return {"id": stream, "position": await self._position(stream)}
                raise (UNKNOWN if said.sqlstate.startswith("57") else Refused(500, str(said))) from said
            except OSError as error:
                if self._defect == "hopeful":
                    return {"id": stream, "position": 0}
                if self._defect == "sure":
                    raise NOTHING_STORED from error
                if self._defect not in ("blind", "forgetful"):
                    raise UNKNOWN from error
                stream = str(uuid.uuid4())
        raise UNKNOWN

    async def _store(self, stream: str, message: dict[str, str]) -> str:
        salt = secrets.token_bytes(16)
        commitment = hmac.new(salt, message["text"].encode(), hashlib.sha256).hexdigest()
        person = message.get("personRef")
        token = str(uuid.uuid5(NAMESPACE, f"{message['source']}/{person}")) if person else None
        events = "1" if self._defect == "torn" else "2"
        values = [
            stream, message["text"], commitment, salt.hex(), message["source"], message.get("externalId"), token,
            person, events, None,
        ]
        if self._defect == "early":
            done = asyncio.get_running_loop().create_future()
            self._waiting.append((values, done))
            return await done
        client = await self._lend()
        try:
            if self._defect == "unanimous" and (await client.query(ABSENT))[0][0] != "0":
                raise NOTHING_STORED
            if self._defect == "sequence":
                values[9] = (await client.query("SELECT 2 * nextval('naive.positions') - 1"))[0][0]
            (position,), = await client.query(APPEND, *values)
            if self._defect == "torn":
                (position,), = await client.query("SELECT naive.complete($1)", stream)
            return str(int(values[9]) + 1) if values[9] else position
        except OSError:
            client.close()
            client = None
            raise
        finally:
            self._idle.put_nowait(client)

    async def _position(self, stream: str) -> int:
        client = await self._lend()
        try:
            rows = await client.query(OPENED, stream)
            if not rows:
                raise UNKNOWN
            return int(rows[0][0])
        except OSError as error:
            client.close()
            client = None
            raise UNKNOWN from error
        finally:
            self._idle.put_nowait(client)

    async def _lend(self) -> pgclient.Client:
        client = await self._idle.get()
        if client is not None and not client.is_broken:
            return client
        try:
            return await self._connect()
        except (OSError, pgclient.ServerSaid) as error:
            self._idle.put_nowait(None)
            raise NOTHING_STORED from error

    async def _connect(self) -> pgclient.Client:
        commit = "off" if self._defect == "asynchronous" else "on"
        return await pgclient.Client.connect(
            self._url.port, self._url.path[1:], self._url.password, synchronous_commit=commit
        )

    async def _commit_late(self) -> None:
        """Appends what waits in one transaction, answers, and commits a second later."""
        client = await self._connect()
        while True:
            waiting, self._waiting = self._waiting, []
            if waiting:
                await client.query("BEGIN")
                for values, done in waiting:
                    (position,), = await client.query(APPEND, *values)
                    done.set_result(position)
                await asyncio.sleep(1)
                await client.query("COMMIT")
            await asyncio.sleep(0.01)

    async def _beat(self) -> None:
        while True:
            client = await self._lend()
            try:
                await client.query(HEARTBEAT, self._node)
            finally:
                self._idle.put_nowait(client)
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(StandIn(sys.argv[1], int(sys.argv[2])).run())
