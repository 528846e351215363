-- Every stretch of a tenant's log that one history of the database wrote.
CREATE TABLE log.epochs (
    tenant_id      integer     NOT NULL,
    epoch          uuid        NOT NULL,
    after_position bigint      NOT NULL,
    began_at       timestamptz NOT NULL,
    reason         text        NOT NULL,
    CONSTRAINT epochs_pkey PRIMARY KEY (tenant_id, epoch),
    CONSTRAINT epochs_after_position_check CHECK (after_position >= 0)
);

COMMENT ON TABLE log.epochs IS
    'A restored or promoted database may have lost the end of its log, and gives those positions out again with other '
    'events. So it begins a new epoch, and what was remembered outside with the old one is refused.';
COMMENT ON COLUMN log.epochs.after_position IS 'The head when it began: up to here nothing differs from the epoch before.';
COMMENT ON COLUMN log.epochs.reason IS 'How it was noticed.';

INSERT INTO log.epochs (tenant_id, epoch, after_position, began_at, reason)
SELECT h.tenant_id, h.epoch, 0, t.created_at, 'the tenant was created'
FROM log.heads AS h
JOIN log.tenants AS t
    ON t.tenant_id = h.tenant_id;

-- What tells a database from its copy, beside the system identifier and the timeline.
ALTER TABLE log.heads
    ADD COLUMN database_id bigint,
    ADD COLUMN heads_id bigint,
    ADD COLUMN data_folder_since timestamptz;

COMMENT ON COLUMN log.heads.system_identifier IS 'Of the cluster that wrote last (pg_control_system): pg_dump, pg_upgrade.';
COMMENT ON COLUMN log.heads.timeline IS 'Of the cluster that wrote last: promotion, point-in-time recovery.';
COMMENT ON COLUMN log.heads.database_id IS
    'Object id of the database that wrote last: restored or copied within one cluster. NULL: not looked at yet.';
COMMENT ON COLUMN log.heads.heads_id IS
    'Object id of this table when it was written last: restored into the same database. NULL: not looked at yet.';
COMMENT ON COLUMN log.heads.data_folder_since IS
    'When the file PG_VERSION got into the data folder (its inode''s change time): a copied folder, a base backup. NULL: '
    'not looked at yet, or the role may not call pg_stat_file.';
