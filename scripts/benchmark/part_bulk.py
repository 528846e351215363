r"""Bulk over HTTP beside psql \copy of the rows that it made, into copies of the tables with their indexes."""
import time

import messages
from process import Failed, run, say
from stage import Stage

NAMES = ["bulk_vs_copy"]
# The tables that a message has rows in.
TABLES = ["log.events", "vault.passages", "vault.intakes", "vault.persons"]


def measure(bench):
    count = 20_000 if bench.quick else 100_000
    with Stage(bench, "bulk") as stage:
        send(stage, "warm", 4_000)
        before, first = send(stage, "first", count)
        files = export(stage, before)
        copy(stage, files, count)
        copies = [copy(stage, files, count)]
        _, second = send(stage, "second", count)
        copies.append(copy(stage, files, count))
        ours, theirs = (first + second) / 2, sum(copies) / 2
        raw = f"{ours:.0f}/s ({first:.0f}, {second:.0f}) / {theirs:.0f}/s ({copies[0]:.0f}, {copies[1]:.0f})"
        bench.figure("bulk_vs_copy", ours / theirs, raw)
        bench.note("bulk_messages_per_second", ours)


def send(stage, run, count):
    """The head before, and messages a second."""
    say(f"  {count} messages in two bulk requests")
    files = [stage.bench.work / f"{run}-{half}.ndjson" for half in "ab"]
    for file in files:
        messages.write(file, f"{run}{file.stem[-1]}", count // 2)
    before = stage.events()
    stored, seconds = messages.send(stage, files)
    if stored != count:
        raise Failed(f"{stored} of {count} messages were stored")
    stage.settle()
    for file in files:
        file.unlink()
    return before, stored / seconds


def export(stage, before):
    """Files with the rows of the messages behind a position, and empty tables like theirs."""
    streams = f"(SELECT stream_id FROM log.events WHERE position > {before} AND version = 1)"
    people = f"(SELECT (body ->> 'person')::uuid FROM log.events WHERE position > {before} AND version = 1)"
    rows = {
        "log.events": f"SELECT * FROM log.events WHERE position > {before} ORDER BY position",
        "vault.passages": f"SELECT * FROM vault.passages WHERE stream_id IN {streams}",
        "vault.intakes": f"SELECT * FROM vault.intakes WHERE stream_id IN {streams}",
        "vault.persons": f"SELECT * FROM vault.persons WHERE person_token IN {people}",
    }
    likes = [f"CREATE TABLE {copied(table)} (LIKE {table} INCLUDING ALL)" for table in TABLES]
    stage.sql("CREATE SCHEMA copies", *likes)
    files = {}
    for table, query in rows.items():
        files[table] = stage.bench.work / f"{table}.copy"
        stage.sql(rf"\copy ({query}) TO '{files[table]}'")
    return files


def copy(stage, files, count):
    """Messages a second, all tables in one transaction."""
    say(r"  the same rows by \copy")
    stage.sql(*(f"TRUNCATE {copied(table)}" for table in TABLES), "CHECKPOINT")
    command = ["psql", stage.url, "-Xq1", "-v", "ON_ERROR_STOP=1"]
    for table in TABLES:
        command += ["-c", rf"\copy {copied(table)} FROM '{files[table]}'"]
    start = time.perf_counter()
    run(command)
    return count / (time.perf_counter() - start)


def copied(table):
    return "copies." + table.split(".")[1]
