-- Lock and counter of each tenant's log in one row. fillfactor and autovacuum are set so that the one hot row stays
-- on a page that is pruned in place.
CREATE TABLE log.heads (
    tenant_id         integer     NOT NULL,
    position          bigint      NOT NULL DEFAULT 0,
    epoch             uuid        NOT NULL DEFAULT gen_random_uuid(),
    system_identifier bigint      NOT NULL,
    timeline          integer     NOT NULL,
    recorded_at       timestamptz NOT NULL DEFAULT '-infinity',
    chain             bytea       NOT NULL DEFAULT '\x0000000000000000000000000000000000000000000000000000000000000000',
    CONSTRAINT heads_pkey PRIMARY KEY (tenant_id),
    CONSTRAINT heads_position_check CHECK (position >= 0),
    CONSTRAINT heads_chain_check CHECK (length(chain) = 32)
) WITH (
    fillfactor = 10,
    autovacuum_vacuum_threshold = 50,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_cost_delay = 0
);

COMMENT ON TABLE log.heads IS
    'The head of each tenant''s log. An append locks this row first, so positions have no gaps and become visible '
    'in order: "position > checkpoint" can never skip an event.';
COMMENT ON COLUMN log.heads.epoch IS 'Changes on restore or promotion; cursors kept outside carry it.';
COMMENT ON COLUMN log.heads.system_identifier IS 'Of the cluster that wrote last (pg_control_system).';
COMMENT ON COLUMN log.heads.timeline IS 'Of the cluster that wrote last (pg_control_checkpoint).';
COMMENT ON COLUMN log.heads.chain IS 'sha256(previous chain || digests of the commands accepted, in order).';
