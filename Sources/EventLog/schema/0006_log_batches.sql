-- One row a call of log.append: the chain that makes rewriting visible.
CREATE TABLE log.batches (
    tenant_id      integer     NOT NULL,
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL,
    recorded_at    timestamptz NOT NULL,
    commands       integer     NOT NULL,
    digests        bytea       NOT NULL,
    chain          bytea       NOT NULL,
    CONSTRAINT batches_pkey PRIMARY KEY (tenant_id, first_position),
    CONSTRAINT batches_order_check CHECK (last_position >= first_position)
);

COMMENT ON TABLE log.batches IS
    'What each call of log.append added, and the chain after it: sha256(chain before || digests).';
COMMENT ON COLUMN log.batches.digests IS
    'SHA-256 of each accepted command, 32 bytes each, in order, over the framed bytes of its events (docs/log.md).';
