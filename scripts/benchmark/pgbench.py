"""pgbench, 32 clients: the rows of one message, in one transaction, in the tables of the log and the vault."""
import os
import re

from process import Failed, run

# Of a tenant that there is not: no projector looks at it. A colon before a
# letter or a digit would be a variable of pgbench. Ids are in order of time, as
# Chorus's are: each client counts up (:k).
ID = "lpad(to_hex(:k::bigint) || lpad(to_hex(:n::bigint), 16, '0'), 32, '0')::uuid"
INSERT = r"""
\set n random(1, 9000000000000000)
\set k :k + 1
BEGIN;
INSERT INTO log.events (tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body)
VALUES
    (9999, nextval('bench_position'), $ID, 1, 1, now(), 'feedback', 'FeedbackReceived', 'key_bench0bench',
     ('{"channel":"web","source":"bench","place":"A7","person":"' || $ID || '","text":{"passage": 1,"commitment":"0f343b0931126a20f133d67c2b018a3b0f343b0931126a20f133d67c2b018a3b"}}')::json),
    (9999, nextval('bench_position'), $ID, 2, 1, now(), 'feedback', 'DemandOpened', 'key_bench0bench', '{"demand": 1}'),
    (9999, nextval('bench_position'), $ID, 3, 1, now(), 'feedback', 'DemandCategorised', 'key_bench0bench', '{"demand": 1,"category":"traffic","method":"keywords","methodVersion": 1}');
INSERT INTO vault.passages (tenant_id, stream_id, number, kind, body, salt)
VALUES (9999, $ID, 1, 'text', 'The street lamps in our lane have been dark for three weeks, message ' || :n::text || ' of many. Children walk home from evening classes there, please have them repaired before winter.', decode(md5(:n::text || 's'), 'hex'));
INSERT INTO vault.intakes (tenant_id, stream_id, tracking_hash, request_hash, source)
VALUES (9999, $ID, sha256((:n::text || 't')::bytea), sha256((:n::text || 'r')::bytea), 'bench');
INSERT INTO vault.persons (tenant_id, person_token, source, person_ref)
VALUES (9999, $ID, 'bench', 'p' || :n::text);
COMMIT;
"""


def prepare(stage):
    stage.sql("CREATE SEQUENCE IF NOT EXISTS bench_position CACHE 100")


def insert(stage, seconds):
    """Messages a second."""
    prepare(stage)
    script = stage.bench.work / "insert.sql"
    script.write_text(INSERT.replace("$ID", ID))
    pgbench = os.path.join(stage.cluster.programs, "pgbench")
    command = [pgbench, "-n", "-M", "prepared", "-c", 32, "-j", 2, "-T", seconds, "-D", "k=0", "-f", script, stage.url]
    report = run(command, timeout=seconds + 60)
    if re.search(r"failed transactions: [1-9]", report):
        raise Failed(f"transactions of pgbench failed: {report}")
    return float(re.search(r"^tps = ([0-9.]+)", report, re.MULTILINE)[1])


def percentile(stage, url, query, seconds, share):
    """Of one client that asks a query again and again: a percentile in ms, and how many answers there were."""
    folder = stage.bench.work
    script = folder / "query.sql"
    script.write_text(query + ";\n")
    prefix = folder / "query-times"
    pgbench = os.path.join(stage.cluster.programs, "pgbench")
    command = [pgbench, "-n", "-c", 1, "-T", seconds, "-f", script, "-l", f"--log-prefix={prefix}", url]
    report = run(command, timeout=seconds + 120)
    if re.search(r"failed transactions: [1-9]", report):
        raise Failed(f"queries failed: {report}")
    times = []
    for file in folder.glob("query-times*"):
        times += [int(line.split()[2]) for line in file.read_text().splitlines()]
        file.unlink()
    times.sort()
    if not times:
        raise Failed(f"no answer to {query}")
    return times[max(0, -(-len(times) * share // 100) - 1)] / 1000, len(times)
