"""What a long log costs: appends, queries on the views, and the memory of a rebuild."""
import pgbench
from part_append import append
from process import say
from rebuild import rebuild
from snapshot import snapshot
from stage import Stage

NAMES = ["append_growth", "append_growth_snapshot", "view_p99_ms", "rebuild_rss_growth"]
SMALL = 100_000
# As README.md and docs/sql.md have them.
QUERIES = {
    "reviewer": [
        "SELECT category_code, sum(demands) FROM review.demand_board GROUP BY 1 ORDER BY 2 DESC",
        "SELECT category_name, sum(demands) AS demands FROM review.demand_board GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
    ],
    "analyst": [
        "SELECT month, category_code, demands, people, is_withheld FROM aggregates.demand_board",
        "SELECT month, sum(demands) FROM aggregates.demand_board WHERE category_code = 'traffic/roads' GROUP BY 1 ORDER BY 1",
    ],
}
RELEASES = 5


def measure(bench):
    seconds = bench.seconds if bench.quick else 30
    growth = bench.wants(["append_growth", "append_growth_snapshot"])
    with Stage(bench, "growth") as stage:
        tenth = bench.scale // 10
        sizes = sorted({tenth} | ({SMALL} if growth else set()))
        rate = memory = small_events = None
        for size in sizes:
            if size == tenth and "rebuild_rss_growth" not in bench.wanted:
                continue
            stage.fill(size, RELEASES)
            if size == tenth:
                say("  rebuild --all at a tenth")
                memory = (stage.events(), *rebuild(stage))
            if size == SMALL and growth:
                small_events = stage.events()
                stage.serve()
                rate = append(stage, seconds)
        stage.fill(bench.scale, RELEASES)
        events = stage.events()
        stage.serve()
        if growth:
            grown = append(stage, seconds)
            raw = f"{grown:.0f}/s at {events} events / {rate:.0f}/s at {small_events}"
            bench.figure("append_growth", grown / rate, raw)
        if "append_growth_snapshot" in bench.wanted:
            with snapshot(stage):
                held = append(stage, min(seconds * 2, 55))
            bench.figure("append_growth_snapshot", held / rate, f"{held:.0f}/s at {events} events / {rate:.0f}/s")
        if "view_p99_ms" in bench.wanted:
            views(bench, stage, events)
        if memory:
            say("  rebuild --all at the scale")
            small, _, least = memory
            events = stage.settle() or stage.events()
            took, most = rebuild(stage)
            raw = f"{most:.0f} MB for {events} events ({took:.1f} s) / {least:.0f} MB for {small}"
            bench.figure("rebuild_rss_growth", most / least, raw)


def views(bench, stage, events):
    found = []
    for role, queries in QUERIES.items():
        url = stage.chorus("sql-url", "--role", role, "--tenant", "default").strip()
        for query in queries:
            say(f"  {query}")
            found.append((role, *pgbench.percentile(stage, url, query, bench.seconds, 99)))
    raw = ", ".join(f"{role} {value:.1f} ms of {count}" for role, value, count in found)
    bench.figure("view_p99_ms", max(value for _, value, _ in found), f"{raw}, at {events} events")
