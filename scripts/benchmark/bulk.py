"""Many messages in one request, beside psql's \\copy of the very rows that they became, into tables with the same indexes."""

import json
import os

import rows
from stage import Failed, say

NAMES = ("bulk_vs_copy",)
# The rows of a stretch of the log, by table.
TABLES = {
    "log.events": "SELECT * FROM log.events WHERE tenant_id = 1 AND position > {0} AND position <= {1}",
    **{
        table: f"SELECT v.* FROM {table} AS v WHERE v.tenant_id = 1 AND v.stream_id IN ("
        "SELECT e.stream_id FROM log.events AS e WHERE e.tenant_id = 1 AND e.position > {0} AND e.position <= {1})"
        for table in ("vault.passages", "vault.intakes")
    },
    "vault.persons": "SELECT * FROM vault.persons WHERE tenant_id = 1 AND person_ref LIKE '{2}-%'",
}


def measure(stage, results, _):
    count, sent, copied, behind = stage.options.bulk, [], [], []
    stage.sql(
        "CREATE SCHEMA bench_copy",
        *(f"CREATE TABLE bench_copy.{name(table)} (LIKE {table} INCLUDING ALL)" for table in TABLES),
    )
    for _ in range(stage.options.rounds):
        run = f"bulk{stage.serial()}"
        body = write(stage, run, count)
        first = stage.head()
        stage.checkpoint()
        seconds, answer = send(stage, body)
        totals = json.loads(answer.splitlines()[-1])
        if totals.get("stored") != count:
            raise Failed(f"of {count} messages in bulk not all were stored: {answer[-300:]}")
        sent.append(count / seconds)
        last = stage.head()
        behind.append(stage.catch_up())
        say(f"  bulk: {sent[-1]:.0f} messages/s, then the read models needed {behind[-1]:.1f} s more")
        copied.append(count / copy(stage, first, last, run, count))
        say(f"  \\copy: {copied[-1]:.0f} messages/s")
    stage.sql("DROP SCHEMA bench_copy CASCADE")
    results.ratio(NAMES[0], sent, copied, "messages/s")
    results.put("bulk_per_s", sum(sent) / len(sent))
    results.put("copy_per_s", sum(copied) / len(copied))
    results.put("bulk_catch_up_s", max(behind))


def name(table):
    return table.replace(".", "_")


def write(stage, run, count):
    """A file of messages, new words and a new person each."""
    path = stage.path("messages.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            fields = {
                "text": rows.TEXT.format(number), "channel": "web", "place": "A7", "source": "bench",
                "personRef": f"{run}-{number}",
            }
            file.write(json.dumps(fields) + "\n")
    return path


def send(stage, body):
    """How long the request took, and its answer."""
    out = stage.run(
        "curl", "-sS", "--max-time", "900", "-X", "POST", "-T", body, "-H", f"@{headers(stage)}",
        "-w", "\n%{time_total}", f"{stage.url}/v1/feedback/bulk?results=refused", timeout=910,
    )
    answer, seconds = out.rsplit("\n", 1)
    return float(seconds), answer.strip()


def headers(stage):
    """In a file, so that the key is in no list of processes."""
    path = stage.path("headers")
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(f"Authorization: Bearer {stage.key}\nContent-Type: application/x-ndjson\n")
    return path


def copy(stage, first, last, run, count):
    """Seconds that loading the rows takes, of all tables together."""
    files = {table: stage.path(name(table) + ".copy") for table in TABLES}
    for table, query in TABLES.items():
        stage.sql(f"\\copy ({query.format(first, last, run)}) TO '{files[table]}'")
    stage.checkpoint()
    commands = [
        part for table, file in files.items() for part in ("-c", f"\\copy bench_copy.{name(table)} FROM '{file}'")
    ]
    seconds = stage.timed("psql", stage.database, "-Xq", "-v", "ON_ERROR_STOP=1", *commands)
    loaded = int(stage.sql(f"SELECT count(*) FROM bench_copy.vault_persons WHERE person_ref LIKE '{run}-%'"))
    if loaded != count:
        raise Failed(f"\\copy loaded the persons of {loaded} messages, of {count}")
    return seconds
