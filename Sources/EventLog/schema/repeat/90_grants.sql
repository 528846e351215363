-- Every grant, in one place, run again after each change.
REVOKE ALL ON SCHEMA log, vault, access, projections, review, aggregates FROM PUBLIC;

GRANT USAGE ON SCHEMA log, vault, access, projections, review, aggregates TO chorus_app;
GRANT SELECT ON ALL TABLES IN SCHEMA log, vault, access, projections TO chorus_app;
REVOKE ALL ON FUNCTION log.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.append TO chorus_app;
REVOKE ALL ON FUNCTION log.notice_epoch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION log.notice_epoch TO chorus_app;
REVOKE ALL ON FUNCTION log.here, log.begin_epoch FROM PUBLIC;
REVOKE ALL ON FUNCTION log.create_tenant FROM PUBLIC;
REVOKE ALL ON FUNCTION log.refuse_change FROM PUBLIC;
REVOKE ALL ON FUNCTION projections.is_distributed, projections.tables_to_distribute, projections.keep_distributed,
    projections.delegate_append, projections.distribute_generation, projections.guard_views, projections.guarded_text,
    projections.copy_comments FROM PUBLIC;

REVOKE ALL ON FUNCTION projections.gather_statistics FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projections.gather_statistics TO chorus_app;

-- The server moves checkpoints, parks streams and complains; it never writes the log but through log.append. What becomes
-- of a parked stream is decided by operators only.
GRANT UPDATE, INSERT, DELETE ON projections.checkpoints, projections.parked_streams, projections.leases, projections.complaints
    TO chorus_app;
GRANT UPDATE, INSERT ON projections.process_checkpoints, projections.process_refusals TO chorus_app;
-- A model is what it is: it is added, never changed.
GRANT INSERT ON vault.models TO chorus_app;
-- FOR SHARE on the generation that it writes.
GRANT UPDATE (switched_at) ON projections.generations TO chorus_app;

-- Readers make nothing: no temporary tables, nothing in public. The server's session user becomes chorus_app.
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE 'REVOKE CREATE ON SCHEMA public FROM PUBLIC';
    IF NOT pg_has_role(session_user, 'chorus_app', 'MEMBER') THEN
        EXECUTE format('GRANT chorus_app TO %I', session_user);
    END IF;
END
$$;

GRANT USAGE ON SCHEMA review TO chorus_reviewer;
GRANT USAGE ON SCHEMA aggregates TO chorus_analyst, chorus_reviewer;

-- The one view that lies over no generation.
REVOKE ALL ON FUNCTION projections.state_for FROM PUBLIC;
GRANT EXECUTE ON FUNCTION projections.state_for TO chorus_reviewer;
GRANT SELECT ON review.projection_state TO chorus_reviewer;
