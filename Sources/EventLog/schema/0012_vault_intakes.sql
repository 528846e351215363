-- How each message came in: what a retry and the sender's way back need.
CREATE TABLE vault.intakes (
    tenant_id     integer NOT NULL,
    stream_id     uuid    NOT NULL,
    tracking_hash bytea   NOT NULL,
    request_hash  bytea   NOT NULL,
    source        text,
    external_id   text,
    CONSTRAINT intakes_pkey PRIMARY KEY (tenant_id, stream_id),
    CONSTRAINT intakes_tracking_hash_key UNIQUE (tenant_id, tracking_hash)
);

COMMENT ON TABLE vault.intakes IS 'One row a message: hash of its tracking code, keyed hash of its content, its id at the source.';
COMMENT ON COLUMN vault.intakes.source IS 'NULL: no source was named.';
COMMENT ON COLUMN vault.intakes.external_id IS 'The message''s id at its source; NULL: none was given.';
