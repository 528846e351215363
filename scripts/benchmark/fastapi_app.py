"""The peer in Python: FastAPI and asyncpg take a message and insert its rows in one transaction. uvicorn runs it.

BENCH_DATABASE is the database, BENCH_ROWS a file with the events of a message, BENCH_KEY what callers must show.
"""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import uuid

import asyncpg
import fastapi
import pydantic

PEER = 9999
SECRET = b"secret of the benchmark, 32 bytes"
KEY = "Bearer " + os.environ["BENCH_KEY"]
with open(os.environ["BENCH_ROWS"], encoding="utf-8") as file:
    EVENTS = json.load(file)

INSERT_EVENTS = """
INSERT INTO log.events
    (tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body)
VALUES
""" + ",".join(
    f"({PEER}, nextval('bench_position'), $1, {event['version']}, {event['schema_version']}, now(), "
    f"'{event['stream_type']}', '{event['type']}', '{event['actor']}', ${number + 2})"
    for number, event in enumerate(EVENTS)
) + " RETURNING position"
INSERT_PASSAGE = "INSERT INTO vault.passages (tenant_id, stream_id, number, kind, body, salt) VALUES ($1, $2, 1, 'text', $3, $4)"
INSERT_INTAKE = "INSERT INTO vault.intakes (tenant_id, stream_id, tracking_hash, request_hash, source) VALUES ($1, $2, $3, $4, $5)"
INSERT_PERSON = "INSERT INTO vault.persons (tenant_id, person_token, source, person_ref) VALUES ($1, $2, $3, $4)"


class Feedback(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    text: str = pydantic.Field(min_length=1, max_length=20_000)
    channel: str = pydantic.Field(default="web", max_length=64)
    place: str | None = pydantic.Field(default=None, max_length=200)
    source: str = pydantic.Field(max_length=200)
    personRef: str = pydantic.Field(max_length=200)


@contextlib.asynccontextmanager
async def lifespan(application):
    async with asyncpg.create_pool(os.environ["BENCH_DATABASE"], min_size=16, max_size=16) as pool:
        application.state.pool = pool
        yield


app = fastapi.FastAPI(lifespan=lifespan)


@app.get("/livez")
async def livez():
    return {"status": "ok"}


@app.post("/v1/feedback", status_code=201)
async def feedback(message: Feedback, authorization: str = fastapi.Header()):
    if not hmac.compare_digest(authorization, KEY):
        raise fastapi.HTTPException(401)
    stream, person, salt = uuid.uuid4(), uuid.uuid4(), secrets.token_bytes(16)
    code = hmac.digest(SECRET, stream.bytes, "sha256")
    token = str(person)
    async with app.state.pool.acquire() as connection, connection.transaction():
        positions = await connection.fetch(
            INSERT_EVENTS, stream, *(event["body"].replace("PERSON", token) for event in EVENTS)
        )
        await connection.execute(INSERT_PASSAGE, PEER, stream, message.text, salt)
        await connection.execute(
            INSERT_INTAKE, PEER, stream, hashlib.sha256(code).digest(),
            hmac.digest(SECRET, message.text.encode(), "sha256"), message.source,
        )
        await connection.execute(INSERT_PERSON, PEER, person, message.source, message.personRef)
    return {"id": str(stream), "position": positions[-1]["position"], "trackingCode": code.hex()}
