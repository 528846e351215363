-- The log itself.
CREATE TABLE log.events (
    tenant_id      integer     NOT NULL,
    position       bigint      NOT NULL,
    stream_id      uuid        NOT NULL,
    version        integer     NOT NULL,
    schema_version smallint    NOT NULL,
    recorded_at    timestamptz NOT NULL,
    stream_type    text        NOT NULL,
    type           text        NOT NULL,
    actor          text        NOT NULL,
    body           json        NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (tenant_id, position),
    CONSTRAINT events_stream_version_key UNIQUE (tenant_id, stream_id, version),
    CONSTRAINT events_position_check CHECK (position > 0),
    CONSTRAINT events_version_check CHECK (version > 0)
);

COMMENT ON TABLE log.events IS
    'Every event in commit order, from position 1, without gaps. Rows are never changed or deleted. Bodies hold '
    'coordinates only: words and senders are in schema vault and can be forgotten there.';
COMMENT ON COLUMN log.events.version IS 'Place in its stream, from 1, no gaps.';
COMMENT ON COLUMN log.events.type IS 'Stored name, past tense, never renamed.';
COMMENT ON COLUMN log.events.actor IS 'Who issued the command: a key''s id, or system:<part>; never a person who spoke.';
COMMENT ON COLUMN log.events.recorded_at IS 'One instant a batch, never earlier than that of the position before.';
COMMENT ON COLUMN log.events.body IS 'json, not jsonb: the exact bytes are kept, so digests hold.';
