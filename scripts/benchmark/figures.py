"""What is measured, what must come out, and what came out."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    what: str
    must: float
    aim: float
    # Of a lower one, less is better.
    lower: bool = False


FIGURES = [
    Figure("http_vs_pgbench", "durable `POST /v1/feedback`, 256 connections / pgbench, 32 clients", 1.0, 1.5),
    Figure("http_vs_fastapi", "the same / FastAPI and asyncpg, 2 workers", 7, 10),
    Figure("http_vs_livez", "the same / the same server's `GET /livez`", 0.3, 0.5),
    Figure("bulk_vs_copy", "bulk NDJSON over HTTP / psql `\\copy` in of the rows that it made", 0.4, 0.6),
    Figure("append_vs_pgbench", "appends of 256 tasks, **no projectors** / pgbench, 32 clients", 3, 4.5),
    Figure("rebuild_vs_copy_out", "`rebuild --all` / COPY binary out of the same log", 0.25, 0.5),
    Figure("rebuild_vs_eventsourcing", "`rebuild --all` / replay of Python `eventsourcing`", 4, 10),
    Figure("append_growth", "appends at the scale / at the small log, **no projectors**", 0.7, 0.9),
    Figure("append_growth_snapshot", "the same at the scale, a snapshot open / none, **no projectors**", 0.7, 0.9),
    Figure("view_p99_ms", "p99 of queries on `demand_board` at the scale, ms", 20, 5, lower=True),
    Figure("lag_p99_ms", "p99 of the review views' lag at 3,000 messages/s, open loop, ms", 250, 100, lower=True),
    Figure("rss_mb", "the server's peak resident memory over all load above, MB", 200, 100, lower=True),
    Figure("rebuild_rss_growth", "peak memory of `rebuild --all` at the scale / at a tenth", 1.2, 1.0, lower=True),
]


class Results:
    """Numbers by name, and for each the words that say what it came from."""

    def __init__(self, chosen):
        self.chosen = chosen
        self.numbers = {}
        self.details = {}
        self.warnings = []

    def wants(self, *names):
        return any(name in self.chosen for name in names)

    def put(self, name, value, detail=None):
        """Keeps a number under its name; a detail makes it a row of the table."""
        self.numbers[name] = round(value, 4)
        if detail is not None:
            self.details[name] = detail

    def ratio(self, name, ours, theirs, unit="/s"):
        """Keeps the ratio of the medians of two lists of measurements, and the lists as its detail."""
        if name in self.chosen:
            top, bottom = statistics.median(ours), statistics.median(theirs)
            detail = f"{listed(ours)} {unit} / {listed(theirs)} {unit}"
            self.put(name, top / bottom if bottom else 0.0, detail)

    def warn(self, text):
        self.warnings.append(text)


def listed(values):
    """Measurements in the order in which they were made."""
    return ", ".join(f"{value:.0f}" if value >= 100 else f"{value:.3g}" for value in values)
