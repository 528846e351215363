"""Those who read the views: queries at fixed times, whatever became of the ones before."""

import asyncio
import dataclasses
import pathlib
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "crash"))
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
}


@dataclasses.dataclass
class Sample:
    """One query. Its wait begins at the time that it was due, not when the connection was free."""

    due: float
    wait: float
    problem: str = ""


class Reader:
    """One connection, kept open from the first query to the last."""

    def __init__(self, audience: str, socket: str, database: str) -> None:
        self.samples: list[Sample] = []
        self._audience = audience
        self._socket = socket
        self._database = database
        self._largest: dict[str, float] = {}

    async def run(self, first: float, period: float, until: asyncio.Event) -> None:
        user = f"chorus_default_{self._audience}"
        client = await pgclient.Client.connect_locally(self._socket, self._database, user)
        queries = QUERIES[self._audience]
        number = 0
        while not until.is_set():
            due = first + number * period
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            problem = await self._ask(client, queries[number % len(queries)])
            self.samples.append(Sample(due, time.monotonic() - due, problem))
            number += 1
        client.close()

    async def _ask(self, client: pgclient.Client, query: str) -> str:
        """What is wrong with the answer: `error ...`, `empty ...`, `backwards ...`, or nothing."""
        try:
            rows = await client.query(query)
        except (OSError, pgclient.ServerSaid) as error:
            return f"error: {query}: {error}"
        if not rows or rows[0][0] is None:
            return f"empty: {query}"
        value, largest = float(rows[0][0]), self._largest.get(query, 0.0)
        self._largest[query] = max(value, largest)
        return f"backwards: {query}: {value:.0f} after {largest:.0f}" if value < largest else ""


async def read(socket: str, database: str, rate: int, connections: int, until: asyncio.Event) -> list[Sample]:
    """Asks `rate` queries a second in all until told to end; two of three connections are reviewers'."""
    readers = [Reader("analyst" if n % 3 == 2 else "reviewer", socket, database) for n in range(connections)]
    begin = time.monotonic() + 0.2
    async with asyncio.TaskGroup() as group:
        for number, reader in enumerate(readers):
            group.create_task(reader.run(begin + number / rate, connections / rate, until))
    return [sample for reader in readers for sample in reader.samples]
