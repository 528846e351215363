"""The live read models: how far they are behind, whether they say what the log says and what a rebuild gives."""

import asyncio
import os
import time

import pgclient
from cluster import Cluster
from snapshot import run_psql
from violations import Violations

_POSITIONS = """
    SELECT
        h.position,
        COALESCE(
            (
                SELECT min(COALESCE(c.position, 0))
                FROM projections.generations AS g
                LEFT JOIN projections.checkpoints AS c
                    ON c.generation = g.generation
                    AND c.tenant_id = h.tenant_id
                WHERE g.state = 'live'
            ),
            0
        )
    FROM log.heads AS h
    ORDER BY h.tenant_id
    LIMIT 1
"""

# Each demand whose message was not withdrawn, against what reviewers see.
_DEMANDS = """
    SELECT count(*)
    FROM log.events AS e
    WHERE e.type = 'DemandOpened'
        AND NOT EXISTS (
            SELECT
            FROM log.events AS w
            WHERE w.tenant_id = e.tenant_id
                AND w.stream_id = e.stream_id
                AND w.type = 'FeedbackWithdrawn'
        );
    SELECT count(*) FROM projections.parked_streams;
    SET ROLE chorus_default_reviewer;
    SELECT COALESCE(sum(demands), 0) FROM review.demand_board;
"""


class LagWatch:
    """Looks a few times a second how old the newest event is that all views have; reads PostgreSQL directly."""

    def __init__(self, cluster: Cluster, database: str) -> None:
        self.samples: list[tuple[float, int, int]] = []
        self._cluster = cluster
        self._database = database
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._watch())

    def cancel(self) -> None:
        if self._task:
            self._task.cancel()

    def worst_age(self, since: float) -> float:
        """The longest that an event was in the log and not yet in every view, in seconds, from `since` on."""
        worst, oldest = 0.0, 0
        for at, _, projected in self.samples:
            # The first look that saw an event which the views still lack.
            while oldest < len(self.samples) and self.samples[oldest][1] <= projected:
                oldest += 1
            if at >= since and oldest < len(self.samples):
                worst = max(worst, at - max(self.samples[oldest][0], since))
        return worst

    def caught_up_at(self, position: int) -> float | None:
        """When the views were first seen to have `position`."""
        return next((at for at, _, projected in self.samples if projected >= position), None)

    async def settle(self, limit: float) -> bool:
        """Waits until the views are at the head."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            begun = len(self.samples)
            while len(self.samples) == begun and time.monotonic() < deadline:
                await asyncio.sleep(0.02)
            if self.samples and len(self.samples) > begun and self.samples[-1][1] == self.samples[-1][2]:
                return True
        return False

    async def _watch(self) -> None:
        client: pgclient.Client | None = None
        try:
            while True:
                try:
                    client = client or await self._cluster.connect(self._database)
                    (head, projected), = await client.query(_POSITIONS)
                    self.samples.append((time.monotonic(), int(head), int(projected)))
                except (OSError, pgclient.ServerSaid):
                    if client:
                        client.close()
                    client = None
                await asyncio.sleep(0.1)
        finally:
            if client:
                client.close()


async def check_counts(url: str, found: Violations) -> None:
    """The demands that reviewers see are those that the log has, and nothing is left out."""
    expected, parked, shown = (await run_psql(url, _DEMANDS)).split()
    if parked != "0":
        found.add("projected", f"{parked} streams are parked")
    if expected != shown:
        found.add("projected", f"review.demand_board shows {shown} demands, the log has {expected}")


async def check_rebuilt(binary: str, url: str, home: str, found: Violations) -> None:
    """Builds every read model again and compares it, row by row, with the live one."""
    status, output = await run_chorus(binary, url, home, "projections", "rebuild", "--all")
    for line in output.splitlines():
        if "NOT equal" in line or "were not compared" in line:
            found.add("rebuilt", line)
    if status and "rebuilt" not in found.counts:
        found.add("rebuilt", f"chorus projections rebuild ended with {status}: {output[-500:]}")
    elif "equal to the old one" not in output:
        found.add("rebuilt", "chorus projections rebuild compared nothing")


async def run_chorus(binary: str, url: str, home: str, *arguments: str) -> tuple[int, str]:
    """Status and output of a command of Chorus on this database."""
    process = await asyncio.create_subprocess_exec(
        binary, *arguments, env={**os.environ, "DATABASE_URL": url, "CHORUS_HOME": home},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode(errors="replace")
