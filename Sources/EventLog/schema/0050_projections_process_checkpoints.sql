-- How far each process (classifier, topic finder) has read each tenant's log.
CREATE TABLE projections.process_checkpoints (
    tenant_id  integer     NOT NULL,
    process    text        NOT NULL,
    version    integer     NOT NULL,
    position   bigint      NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT process_checkpoints_pkey PRIMARY KEY (tenant_id, process, version)
) WITH (fillfactor = 50);

COMMENT ON TABLE projections.process_checkpoints IS
    'A process reads the log in order and issues commands. Moved after its commands are stored, from the expected position '
    'only; what is read twice after a crash changes nothing, because each command sees what is stored already.';
COMMENT ON COLUMN projections.process_checkpoints.version IS 'Of what it works with: the number of a model, of a method.';
