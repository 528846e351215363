-- Which node works on a tenant at present.
CREATE TABLE projections.leases (
    tenant_id  integer     NOT NULL,
    node       uuid        NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT leases_pkey PRIMARY KEY (tenant_id)
) WITH (fillfactor = 50);

COMMENT ON TABLE projections.leases IS
    'One node at a time projects a tenant''s log. Renewed twice a second for two seconds: '
    'when a node dies another takes over. Only speed depends on it; the truth is in the head row and in the checkpoints.';
COMMENT ON COLUMN projections.leases.node IS 'A random id of the server''s process.';
