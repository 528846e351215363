"""What many would write instead: FastAPI, asyncpg, one transaction a message. Run by uvicorn, see fastapi_peer.py."""
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import time
import uuid

import asyncpg
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, Field

TENANT = 9999
KEY = os.environ["BENCH_KEY"]
EVENTS = """
INSERT INTO log.events (tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body)
VALUES
    ($1, nextval('bench_position'), $2, 1, 1, now(), 'feedback', 'FeedbackReceived', 'key:bench0bench', $3),
    ($1, nextval('bench_position'), $2, 2, 1, now(), 'feedback', 'DemandOpened', 'key:bench0bench', '{"demand":1}'),
    ($1, nextval('bench_position'), $2, 3, 1, now(), 'feedback', 'DemandCategorised', 'key:bench0bench', $4)
"""
PASSAGE = "INSERT INTO vault.passages (tenant_id, stream_id, number, kind, body, salt) VALUES ($1, $2, 1, 'text', $3, $4)"
INTAKE = "INSERT INTO vault.intakes (tenant_id, stream_id, tracking_hash, request_hash, source) VALUES ($1, $2, $3, $4, $5)"
PERSON = "INSERT INTO vault.persons (tenant_id, person_token, source, person_ref) VALUES ($1, $2, $3, $4)"
CATEGORY = '{"demand":1,"category":"traffic","method":"keywords","methodVersion":1}'


class Feedback(BaseModel):
    text: str = Field(min_length=1, max_length=10_000)
    channel: str = Field(max_length=40)
    place: str | None = Field(default=None, max_length=200)
    source: str = Field(max_length=100)
    personRef: str = Field(max_length=200)


@contextlib.asynccontextmanager
async def lifespan(app):
    async with asyncpg.create_pool(os.environ["BENCH_URL"], min_size=16, max_size=16) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


def ordered_id():
    """RFC 9562, version 7, as Chorus makes them."""
    id = time.time_ns() // 1_000_000 << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return uuid.UUID(int=id)


@app.get("/readyz")
async def ready():
    return {}


@app.post("/v1/feedback", status_code=201)
async def receive(feedback: Feedback, authorization: str = Header()):
    if not hmac.compare_digest(authorization, f"Bearer {KEY}"):
        raise HTTPException(401)
    stream, person, salt = ordered_id(), ordered_id(), secrets.token_bytes(16)
    words = feedback.text.encode()
    body = json.dumps({
        "channel": feedback.channel, "source": feedback.source, "place": feedback.place, "person": str(person),
        "text": {"passage": 1, "commitment": hmac.digest(salt, words, "sha256").hex()},
    })
    code = secrets.token_hex(16)
    async with app.state.pool.acquire() as connection, connection.transaction():
        await connection.execute(EVENTS, TENANT, stream, body, CATEGORY)
        await connection.execute(PASSAGE, TENANT, stream, feedback.text, salt)
        tracking, request = hashlib.sha256(code.encode()).digest(), hashlib.sha256(words).digest()
        await connection.execute(INTAKE, TENANT, stream, tracking, request, feedback.source)
        await connection.execute(PERSON, TENANT, person, feedback.source, feedback.personRef)
    return {"id": str(stream), "trackingCode": code}
