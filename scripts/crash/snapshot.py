"""The log and the vault as psql sees them, in one snapshot."""

import asyncio
import dataclasses
import json
import os
import urllib.parse
from typing import Any

# Microseconds since 2000-01-01, as PostgreSQL itself stores and sends a timestamp; -infinity is the smallest number.
_MICROSECONDS = """CASE WHEN isfinite({0})
    THEN (extract(epoch FROM {0} - timestamptz '2000-01-01 00:00:00+00') * 1000000)::bigint
    ELSE -9223372036854775808 END"""

_QUERIES = {
    "heads": f"""SELECT tenant_id, position, encode(chain, 'hex'), {_MICROSECONDS.format('recorded_at')}
        FROM log.heads ORDER BY tenant_id""",
    "events": f"""SELECT tenant_id, position, stream_id, version, schema_version, {_MICROSECONDS.format('recorded_at')},
            stream_type, type, actor, encode(convert_to(body::text, 'UTF8'), 'hex')
        FROM log.events ORDER BY tenant_id, position""",
    # The column of the format came later than the table.
    "batches": f"""SELECT tenant_id, first_position, last_position, {_MICROSECONDS.format('recorded_at')}, commands,
            encode(digests, 'hex'), encode(chain, 'hex'), COALESCE((to_jsonb(b) ->> 'format')::integer, 1)
        FROM log.batches AS b ORDER BY tenant_id, first_position""",
    "passages": """SELECT tenant_id, stream_id, number, kind, encode(convert_to(body, 'UTF8'), 'hex'),
            encode(salt, 'hex')
        FROM vault.passages ORDER BY 1, 2, 3""",
    "intakes": """SELECT tenant_id, stream_id, encode(convert_to(source, 'UTF8'), 'hex'),
            encode(convert_to(external_id, 'UTF8'), 'hex')
        FROM vault.intakes ORDER BY 1, 2""",
    "persons": """SELECT tenant_id, person_token, encode(convert_to(source, 'UTF8'), 'hex'),
            encode(convert_to(person_ref, 'UTF8'), 'hex')
        FROM vault.persons ORDER BY 1, 2""",
}


@dataclasses.dataclass(slots=True)
class Event:
    tenant: int
    position: int
    stream: str
    version: int
    schema_version: int
    recorded_at: int
    stream_type: str
    type: str
    actor: str
    body: bytes

    def fields(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclasses.dataclass(slots=True)
class Batch:
    tenant: int
    first: int
    last: int
    recorded_at: int
    commands: int
    digests: bytes
    chain: bytes
    format: int


@dataclasses.dataclass(slots=True)
class Head:
    tenant: int
    position: int
    chain: bytes
    recorded_at: int


@dataclasses.dataclass(slots=True)
class Passage:
    tenant: int
    stream: str
    number: int
    kind: str
    words: str
    salt: bytes


@dataclasses.dataclass
class Snapshot:
    heads: list[Head]
    events: list[Event]
    batches: list[Batch]
    passages: list[Passage]
    intakes: list[tuple[int, str, str | None, str | None]]
    persons: dict[tuple[int, str], tuple[str, str]]


async def run_psql(url: str, script: str) -> str:
    """Runs a script with psql; raises RuntimeError with psql's own words."""
    parts = urllib.parse.urlsplit(url)
    # In the environment: a list of processes shows arguments to everybody.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {
        "PGHOST": parts.hostname, "PGPORT": str(parts.port), "PGUSER": parts.username, "PGPASSWORD": parts.password,
        "PGDATABASE": parts.path[1:],
    }
    process = await asyncio.create_subprocess_exec(
        "psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", env=environment,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(script.encode())
    if process.returncode:
        raise RuntimeError(f"psql failed: {errors.decode(errors='replace').strip()}")
    return output.decode()


async def take_snapshot(url: str) -> Snapshot:
    """Reads everything in one transaction, so that nothing can be half there by our own doing."""
    script = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n"
    for name, query in _QUERIES.items():
        script += f"\\echo == {name}\nCOPY ({query}) TO STDOUT;\n"
    rows: dict[str, list[list[str]]] = {}
    for line in (await run_psql(url, script + "COMMIT;\n")).split("\n"):
        if line.startswith("== "):
            section = rows.setdefault(line[3:], [])
        elif line:
            section.append(line.split("\t"))
    return Snapshot(
        [Head(int(r[0]), int(r[1]), bytes.fromhex(r[2]), int(r[3])) for r in rows["heads"]],
        [
            Event(int(r[0]), int(r[1]), r[2], int(r[3]), int(r[4]), int(r[5]), r[6], r[7], r[8], bytes.fromhex(r[9]))
            for r in rows["events"]
        ],
        [
            Batch(
                int(r[0]), int(r[1]), int(r[2]), int(r[3]), int(r[4]), bytes.fromhex(r[5]), bytes.fromhex(r[6]),
                int(r[7]),
            )
            for r in rows["batches"]
        ],
        [Passage(int(r[0]), r[1], int(r[2]), r[3], _text(r[4]), bytes.fromhex(r[5])) for r in rows["passages"]],
        [(int(r[0]), r[1], _text(r[2]), _text(r[3])) for r in rows["intakes"]],
        {(int(r[0]), r[1]): (_text(r[2]), _text(r[3])) for r in rows["persons"]},
    )


def _text(hexadecimal: str) -> str | None:
    return None if hexadecimal == "\\N" else bytes.fromhex(hexadecimal).decode()
