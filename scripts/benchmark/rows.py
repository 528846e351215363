"""The rows that the server writes for one message, read from a message that it stored: what its peers insert, too."""

import json
import re

# Of the peers' rows: no log that the server looks at.
PEER = 9999
TEXT = (
    "The street lamps in our lane have been dark for three weeks, message {} of many. Children walk home from evening "
    "classes there, please have them repaired before winter."
)


class Rows:
    """One message's events and rows of the vault."""

    def __init__(self, stage):
        body = {"text": TEXT.format(1), "channel": "web", "place": "A7", "source": "bench", "personRef": "the first"}
        status, answer = stage.request("/v1/feedback", body)
        if status != 201:
            raise SystemExit(f"the first message was not stored: {status} {answer}")
        stream = json.loads(answer)["id"]
        self.events = read(
            stage, "log.events", f"stream_id = '{stream}' ORDER BY version",
            "version, schema_version, stream_type, type, actor, body::text AS body",
        )
        (self.person,) = read(
            stage, "vault.persons", "source = 'bench' AND person_ref = 'the first'", "person_token"
        )
        counts = {
            table: len(read(stage, table, f"stream_id = '{stream}'", "1 AS one"))
            for table in ("vault.passages", "vault.intakes")
        }
        if set(counts.values()) != {1}:
            raise SystemExit(f"a message writes other rows than its peers are told to insert: {counts}")

    def template(self):
        """For peers that are programs: the events, with PERSON where the person's token stands."""
        return [{**event, "body": event["body"].replace(self.person["person_token"], "PERSON")} for event in self.events]

    def pgbench_script(self):
        """One transaction that inserts them, with ids made from a random number as pgbench has them."""
        stream, person = "md5(:n::text || 'm')::uuid", "md5(:n::text || 'p')::uuid"
        events = ",\n".join(
            f"    ({PEER}, nextval('bench_position'), {stream}, {event['version']}, {event['schema_version']}, now(), "
            f"{quoted(event['stream_type'])}, {quoted(event['type'])}, {quoted(event['actor'])}, ("
            + f" || {person}::text || ".join(quoted(part) for part in event["body"].split("PERSON"))
            + ")::json)"
            for event in self.template()
        )
        before, after = (quoted(part) for part in TEXT.split("{}"))
        return f"""\\set n random(1, 9000000000000000)
BEGIN;
INSERT INTO log.events
    (tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body)
VALUES
{events};
INSERT INTO vault.passages (tenant_id, stream_id, number, kind, body, salt)
VALUES ({PEER}, {stream}, 1, 'text', {before} || :n::text || {after}, decode(md5(:n::text || 's'), 'hex'));
INSERT INTO vault.intakes (tenant_id, stream_id, tracking_hash, request_hash, source)
VALUES ({PEER}, {stream}, sha256((:n::text || 't')::bytea), sha256((:n::text || 'r')::bytea), 'bench');
INSERT INTO vault.persons (tenant_id, person_token, source, person_ref)
VALUES ({PEER}, {person}, 'bench', 'p' || :n::text);
COMMIT;
"""


def read(stage, table, condition, columns):
    """Rows as dictionaries."""
    lines = stage.sql(f"SELECT row_to_json(r) FROM (SELECT {columns} FROM {table} WHERE {condition}) AS r")
    return [json.loads(line) for line in lines.splitlines()]


def quoted(text):
    """A literal in which pgbench finds no variable: those begin with a colon, wherever it stands."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return "E'" + re.sub(":", r"\\072", escaped) + "'"


def prepare(stage, url):
    """The positions of the peers' rows."""
    stage.sql("CREATE SEQUENCE IF NOT EXISTS bench_position CACHE 100", url=url)
