-- Why a projector stands still.
CREATE TABLE projections.complaints (
    tenant_id  integer     NOT NULL,
    generation integer     NOT NULL,
    position   bigint      NOT NULL,
    error      text        NOT NULL,
    failures   integer     NOT NULL,
    since      timestamptz NOT NULL,
    latest_at  timestamptz NOT NULL,
    CONSTRAINT complaints_pkey PRIMARY KEY (tenant_id, generation)
) WITH (fillfactor = 50);

COMMENT ON TABLE projections.complaints IS
    'The last error of a generation in a tenant''s log. It still holds while the checkpoint stands at its position; a row '
    'left behind by a checkpoint that moved on is history.';
COMMENT ON COLUMN projections.complaints.position IS 'Of the checkpoint, which the failed batch should have moved.';
COMMENT ON COLUMN projections.complaints.failures IS 'Attempts from this position, by all nodes; written every ten seconds.';
COMMENT ON COLUMN projections.complaints.since IS 'Of the first failure from this position.';
