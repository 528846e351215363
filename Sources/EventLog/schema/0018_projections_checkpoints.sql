-- How far each generation has come in each tenant's log.
CREATE TABLE projections.checkpoints (
    tenant_id  integer     NOT NULL,
    generation integer     NOT NULL,
    position   bigint      NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT checkpoints_pkey PRIMARY KEY (tenant_id, generation)
) WITH (fillfactor = 50);

COMMENT ON TABLE projections.checkpoints IS
    'Moved in the transaction that writes the rows, from the expected position only: a second instance is fenced out.';
