"""Those who read the views, in SQL and over HTTP: queries at fixed times, whatever became of the ones before."""

import asyncio
import dataclasses
import json
import pathlib
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "crash"))
import http_client  # noqa: E402
import pgclient  # noqa: E402

# Each gives one number that more messages only make larger; no row, or none that is a number, counts as empty.
QUERIES = {
    "reviewer": [
        "SELECT sum(demands) FROM review.demand_board_month",
        "SELECT messages FROM review.participation_total",
        "SELECT sum(messages) FROM review.participation",
        "SELECT max(log_position) FROM review.participation_by_channel",
        "SELECT sum(demands) FROM review.demand_board WHERE channel_code = 'web'",
        "SELECT sum(messages) FROM review.coverage",
    ],
    "analyst": [
        "SELECT sum(messages) FROM aggregates.participation",
        "SELECT sum(demands) FROM aggregates.demand_board",
        "SELECT max(release) FROM aggregates.demand_board_week",
    ],
    # Of these the release must only grow, and there must be rows.
    "http": [
        "/v1/aggregates/participation?limit=100",
        "/v1/aggregates/demand_board_week?limit=100",
        "/v1/aggregates/coverage?limit=100",
    ],
}


@dataclasses.dataclass
class Sample:
    """One query. Its wait begins at the time that it was due, not when the connection was free."""

    due: float
    wait: float
    problem: str = ""


class SQLSource:
    """One connection to PostgreSQL as a login of the tenant."""

    def __init__(self, client: pgclient.Client) -> None:
        self._client = client

    @staticmethod
    async def open(audience: str, socket: str, database: str) -> "SQLSource":
        user = f"chorus_default_{audience}"
        return SQLSource(await pgclient.Client.connect_locally(socket, database, user))

    async def ask(self, query: str) -> float | None:
        """The number that the query gives; None when there is none. Raises Refused."""
        try:
            rows = await self._client.query(query)
        except (OSError, pgclient.ServerSaid) as error:
            raise Refused(str(error)) from error
        return None if not rows or rows[0][0] is None else float(rows[0][0])

    def close(self) -> None:
        self._client.close()


class HTTPSource:
    """One connection to the server."""

    def __init__(self, port: int, key: str) -> None:
        self._client = http_client.HTTPClient("127.0.0.1", timeout=30)
        self._port = port
        self._headers = {"Authorization": f"Bearer {key}"}

    async def ask(self, path: str) -> float | None:
        """The release that the rows are of; None when there are no rows. Raises Refused."""
        try:
            answer = await self._client.request(self._port, "GET", path, self._headers)
        except (http_client.NotSent, http_client.Lost) as error:
            raise Refused(f"{type(error).__name__}: {error}") from error
        if answer.status != 200:
            raise Refused(f"{answer.status}: {answer.body[:200].decode(errors='replace')}")
        page = json.loads(answer.body)
        return None if not page["rows"] or page["release"] is None else float(page["release"])

    def close(self) -> None:
        self._client.close()


class Refused(Exception):
    """No answer, or one that says no."""


class Reader:
    """One connection, kept open from the first query to the last."""

    def __init__(self, source: SQLSource | HTTPSource, queries: list[str]) -> None:
        self.samples: list[Sample] = []
        self._source = source
        self._queries = queries
        self._largest: dict[str, float] = {}

    async def run(self, first: float, period: float, until: asyncio.Event) -> None:
        number = 0
        while not until.is_set():
            due = first + number * period
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            problem = await self._ask(self._queries[number % len(self._queries)])
            self.samples.append(Sample(due, time.monotonic() - due, problem))
            number += 1
        self._source.close()

    async def _ask(self, query: str) -> str:
        """What is wrong with the answer: `error ...`, `empty ...`, `backwards ...`, or nothing."""
        try:
            value = await self._source.ask(query)
        except Refused as error:
            return f"error: {query}: {error}"
        if value is None:
            return f"empty: {query}"
        largest = self._largest.get(query, 0.0)
        self._largest[query] = max(value, largest)
        return f"backwards: {query}: {value:.0f} after {largest:.0f}" if value < largest else ""


@dataclasses.dataclass
class Sources:
    """Where to ask."""

    socket: str
    database: str
    port: int
    key: str

    async def open(self, kind: str) -> SQLSource | HTTPSource:
        if kind == "http":
            return HTTPSource(self.port, self.key)
        return await SQLSource.open(kind, self.socket, self.database)


async def read(sources: Sources, rate: int, connections: int, until: asyncio.Event) -> list[Sample]:
    """Asks `rate` queries a second in all until told to end; of four connections two are reviewers'."""
    kinds = [("reviewer", "analyst", "http", "reviewer")[number % 4] for number in range(connections)]
    readers = [Reader(await sources.open(kind), QUERIES[kind]) for kind in kinds]
    begin = time.monotonic() + 0.2
    async with asyncio.TaskGroup() as group:
        for number, reader in enumerate(readers):
            group.create_task(reader.run(begin + number / rate, connections / rate, until))
    return [sample for reader in readers for sample in reader.samples]
