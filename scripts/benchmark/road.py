"""Where the time of one message goes: PostgreSQL's by statement, and the server's own."""
import json
import os

import messages
from process import Failed, say
from stage import Stage

PRELOAD = "pg_stat_statements"
SHOWN = 24
WIDTH = 40

STATEMENTS = """
SELECT json_build_object(
    'microseconds', sum(s.total_exec_time) * 1000, 'calls', sum(s.calls),
    'query', left(regexp_replace(s.query, '\\s+', ' ', 'g'), 110)
)
FROM pg_stat_statements AS s
WHERE s.dbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
    AND s.query NOT LIKE '%pg_stat_statements%'
GROUP BY left(regexp_replace(s.query, '\\s+', ' ', 'g'), 110)
ORDER BY sum(s.total_exec_time) DESC
"""


def measure(bench):
    """Sends messages in bulk and waits until read models and processes have them; the picture as text, or as a document."""
    count = 10_000 if bench.quick else 60_000
    with Stage(bench, "road") as stage:
        stage.sql(f"CREATE EXTENSION {PRELOAD}")
        send(stage, "warm", 4_000)
        stage.sql("SELECT pg_stat_statements_reset()")
        before = processor(stage)
        say(f"  {count} messages")
        send(stage, "road", count)
        own = (processor(stage) - before) / count * 1e6
        rows = [json.loads(line) for line in stage.sql(STATEMENTS).splitlines()]
    statements = [
        {"microseconds": row["microseconds"] / count, "calls": row["calls"], "statement": row["query"]} for row in rows
    ]
    return {"messages": count, "serverMicroseconds": own, "statements": statements}


def send(stage, run, count):
    files = [stage.bench.work / f"{run}-{half}.ndjson" for half in "ab"]
    for file in files:
        messages.write(file, f"{run}{file.stem[-1]}", count // 2)
    stored, _ = messages.send(stage, files)
    if stored != count:
        raise Failed(f"{stored} of {count} messages were stored")
    stage.settle()
    for file in files:
        file.unlink()


def processor(stage):
    """Seconds that the server has used of processors."""
    with open(f"/proc/{stage.server.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def picture(found):
    total = sum(row["microseconds"] for row in found["statements"])
    lines = [
        f"{found['messages']} messages in bulk, until read models and processes have them: of each message "
        f"{found['serverMicroseconds']:.0f} us of processors in the server, {total:.0f} us in PostgreSQL's statements:", "",
    ]
    longest = max(row["microseconds"] for row in found["statements"])
    for row in found["statements"][:SHOWN]:
        bar = "#" * max(1, round(WIDTH * row["microseconds"] / longest))
        lines.append(f"{row['microseconds']:6.1f} us {row['calls']:7d} calls  {row['statement'][:86]:86} {bar}")
    rest = sum(row["microseconds"] for row in found["statements"][SHOWN:])
    lines.append(f"{rest:6.1f} us all others")
    return "\n".join(lines)
