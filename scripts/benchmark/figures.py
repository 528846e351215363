"""The figures: what each compares, what it must reach and what it goes for. docs/performance.md says how."""
from typing import NamedTuple


class Figure(NamedTuple):
    what: str
    must: float
    goal: float
    # Small ones are good: a time, memory, growth.
    small: bool = False


FIGURES = {
    "http_vs_pgbench": Figure("POST /v1/feedback, 256 connections / pgbench, 32 clients", 1.0, 1.5),
    "http_vs_fastapi": Figure("POST /v1/feedback / FastAPI + asyncpg, 2 workers, 256 connections each", 7, 10),
    "http_vs_livez": Figure("POST /v1/feedback / GET /livez, 256 connections each", 0.3, 0.5),
    "bulk_vs_copy": Figure(r"bulk NDJSON over HTTP / psql \copy in of the same rows", 0.4, 0.6),
    "append_vs_pgbench": Figure("execute from 256 tasks, without HTTP / pgbench, 32 clients", 3, 4.5),
    "rebuild_vs_copy_out": Figure("rebuild --all / COPY binary out of log.events; no server", 0.25, 0.5),
    "rebuild_vs_eventsourcing": Figure("rebuild --all / replay by Python's eventsourcing; no server", 4, 10),
    "append_growth": Figure("append rate at the scale / on a log of 100 k events", 0.7, 0.9),
    "append_growth_snapshot": Figure("the same, a REPEATABLE READ snapshot held open", 0.7, 0.9),
    "view_p99_ms": Figure("queries on both demand_board views at the scale, the slowest one's p99", 20, 5, small=True),
    "lag_p99_ms": Figure("views behind the log at 3,000 messages/s, p99", 250, 100, small=True),
    "rss_mb": Figure("the server's peak resident memory under full load", 200, 100, small=True),
    "rebuild_rss_growth": Figure("peak memory of rebuild --all at the scale / at a tenth; no server", 1.2, 1.0, small=True),
}


def verdict(name, value):
    figure = FIGURES.get(name)
    if figure is None:
        return ""
    reached = (lambda bound: value <= bound) if figure.small else (lambda bound: value >= bound)
    return "goal" if reached(figure.goal) else "ok" if reached(figure.must) else "MISSED"
