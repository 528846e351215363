"""What a long log costs: appends, queries on the views, and the memory of a rebuild."""
import pgbench
from part_append import append
from process import say
from rebuild import rebuild
from snapshot import snapshot
from stage import Stage

NAMES = ["append_growth", "append_growth_snapshot", "view_p99_ms", "rebuild_rss_growth"]
SMALL = 100_000
# From here on, the finder does not place what was filled: it would take longer than all else.
UNPLACED = 2_000_000
# As README.md and docs/sql.md have them.
QUERIES = {
    "reviewer": [
        "SELECT category_code, sum(demands) FROM review.demand_board_month GROUP BY 1 ORDER BY 2 DESC",
        "SELECT category_name, sum(demands) AS demands FROM review.demand_board_month GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
    ],
    "analyst": [
        "SELECT month, category_code, demands, people, is_withheld FROM aggregates.demand_board",
        "SELECT month, sum(demands) FROM aggregates.demand_board "
        "WHERE category_code = 'traffic/roads' GROUP BY 1 ORDER BY 1",
    ],
}
# Every day of every cell: what a question costs that does without the months.
WHOLE = "SELECT category_name, sum(demands) FROM review.demand_board GROUP BY 1"
RELEASES = 5


def measure(bench):
    with Stage(bench, "long") as stage:
        if bench.scale > UNPLACED:
            stage.fill(SMALL // 10)
            stage.serve()
        stage.fill(bench.scale, RELEASES)
        if bench.scale > UNPLACED:
            stage.pass_by()
        # Before anything is appended, so that the log is as long as was asked for.
        if "rebuild_rss_growth" in bench.wanted:
            with bench.attempt(["rebuild_rss_growth"]):
                memory(bench, stage)
        if "view_p99_ms" in bench.wanted:
            with bench.attempt(["view_p99_ms"]):
                stage.serve()
                views(bench, stage, stage.events())
        if bench.wants(["append_growth", "append_growth_snapshot"]):
            appends(bench, stage)


def memory(bench, stage):
    say("  rebuild --all at the scale")
    events = stage.events()
    seconds, most = rebuild(stage)
    with Stage(bench, "tenth") as tenth:
        tenth.fill(bench.scale // 10, RELEASES)
        say("  rebuild --all at a tenth")
        _, least = rebuild(tenth)
        raw = f"{most:.0f} MB for {events} events ({seconds:.1f} s) / {least:.0f} MB for {tenth.events()}"
    bench.figure("rebuild_rss_growth", most / least, raw)


def appends(bench, stage):
    """At the scale, on a short log, at the scale, and at the scale once more with a snapshot."""
    seconds = bench.seconds if bench.quick else 20
    stage.serve()
    first = append(stage, seconds)
    stage.stop()
    with Stage(bench, "short") as short:
        short.fill(min(SMALL, bench.scale // 5), RELEASES)
        events = short.events()
        short.serve()
        rate = append(short, seconds)
    stage.serve()
    second = append(stage, seconds)
    grown = (first + second) / 2
    small = f"{rate:.0f}/s at {events}"
    raw = f"{grown:.0f}/s ({first:.0f}, {second:.0f}) at {bench.scale} events / {small}"
    bench.figure("append_growth", grown / rate, raw)
    if "append_growth_snapshot" in bench.wanted:
        with snapshot(stage):
            held = append(stage, seconds if bench.quick else 55)
        bench.figure("append_growth_snapshot", held / rate, f"{held:.0f}/s at {stage.events()} events / {small}")


def views(bench, stage, events):
    found = []
    for role, queries in QUERIES.items():
        url = stage.chorus("sql-url", "--role", role, "--tenant", "default").strip()
        for query in queries:
            say(f"  {query}")
            found.append((role, *pgbench.percentile(stage, url, query, bench.seconds, 99)))
    url = stage.chorus("sql-url", "--role", "reviewer", "--tenant", "default").strip()
    say(f"  {WHOLE}")
    bench.note("view_of_all_days_p99_ms", pgbench.percentile(stage, url, WHOLE, bench.seconds, 99)[0])
    raw = ", ".join(f"{role} {value:.1f} ms of {count}" for role, value, count in found)
    bench.figure("view_p99_ms", max(value for _, value, _ in found), f"{raw}, at {events} events")
