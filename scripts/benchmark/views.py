"""Queries as README.md and docs/sql.md have them, by the reviewer's and the analyst's login, one client, at the scale."""

import glob
import os

import logs
from stage import say

NAMES = ("view_p99_ms",)
QUERIES = {
    "reviewer": {
        "by category": "SELECT category_code, sum(demands) FROM review.demand_board GROUP BY 1 ORDER BY 2 DESC",
        "top ten": "SELECT category_name, sum(demands) AS demands FROM review.demand_board GROUP BY 1 "
        "ORDER BY 2 DESC LIMIT 10",
        "one week, one place": "SELECT day, category_code, sum(demands) FROM review.demand_board "
        "WHERE day BETWEEN '2025-12-01' AND '2025-12-07' AND place = 'Quarter 1' GROUP BY 1, 2 ORDER BY 1, 3 DESC",
    },
    "analyst": {
        "last release": "SELECT month, category_code, demands, people, is_withheld FROM aggregates.demand_board",
        "one category by month": "SELECT month, sum(demands) FROM aggregates.demand_board "
        "WHERE category_code = 'traffic/roads' GROUP BY 1 ORDER BY 1",
    },
}


def measure(stage, results):
    times = {}
    for role, queries in QUERIES.items():
        url = stage.chorus(stage.url_of(logs.SCALE), "sql-url", "--role", role).strip()
        for number, (name, query) in enumerate(queries.items()):
            times[name] = run(stage, url, query, f"{role}{number}")
            say(f"  {name}: p50 {at(times[name], 0.5):.2f} ms, p99 {at(times[name], 0.99):.2f} ms")
    worst = max(times, key=lambda name: at(times[name], 0.99))
    results.put(NAMES[0], at(times[worst], 0.99), "p50 / p99: " + "; ".join(
        f"{name} {at(values, 0.5):.1f} / {at(values, 0.99):.1f}" for name, values in times.items()
    ) + "; the slowest query counts")


def run(stage, url, query, name):
    """Milliseconds of each time that the query ran."""
    file, log = stage.path(f"{name}.sql"), stage.path(f"{name}.log")
    with open(file, "w", encoding="utf-8") as script:
        script.write(query + ";\n")
    # Once unmeasured: connections read the catalogue first, and pages come from disk.
    stage.sql(query, url=url)
    stage.run(
        stage.pgbench, "-n", "-M", "prepared", "-c", "1", "-T", str(stage.options.view_seconds), "-f", file,
        "-l", "--log-prefix", log, url,
    )
    times = []
    for path in glob.glob(log + ".*"):
        with open(path, encoding="utf-8") as lines:
            times += [int(line.split()[2]) / 1_000 for line in lines]
        os.unlink(path)
    return sorted(times)


def at(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")
