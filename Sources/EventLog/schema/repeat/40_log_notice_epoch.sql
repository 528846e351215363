-- Notices that the database is a restored, copied or promoted one, before anything is appended to it.

-- What tells this database from its copies. Relations are named, so that it can be called with any search_path.
CREATE OR REPLACE FUNCTION log.here(
    OUT system_identifier bigint, OUT timeline integer, OUT database_id bigint, OUT heads_id bigint,
    OUT data_folder_since timestamptz
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    system_identifier := (SELECT s.system_identifier FROM pg_control_system() AS s);
    -- The control file learns of a promotion at the next checkpoint only; the name of the WAL file knows it at once.
    timeline := ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer;
    database_id := (SELECT d.oid::bigint FROM pg_database AS d WHERE d.datname = current_database());
    heads_id := 'log.heads'::regclass::oid::bigint;
    BEGIN
        data_folder_since := (SELECT f.change FROM pg_stat_file('PG_VERSION') AS f);
    EXCEPTION
        WHEN insufficient_privilege THEN
            data_folder_since := NULL; -- a managed server: its copies get another system identifier or timeline
    END;
END
$$;

COMMENT ON FUNCTION log.here IS
    'The cluster, timeline, database and data folder that this is; two copies of one database differ in at least one.';

CREATE OR REPLACE FUNCTION log.notice_epoch()
RETURNS TABLE (tenant_id integer, epoch uuid, after_position bigint, reason text)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_here record;
    v_head record;
    v_reason text;
    v_epoch uuid;
    v_is_coordinator boolean;
BEGIN
    -- A database distributed over several servers is known by its coordinator; the others see other identities.
    IF to_regprocedure('pg_catalog.citus_is_coordinator()') IS NOT NULL THEN
        EXECUTE 'SELECT pg_catalog.citus_is_coordinator()' INTO v_is_coordinator;
        IF NOT v_is_coordinator THEN
            RETURN;
        END IF;
    END IF;

    SELECT * INTO v_here FROM log.here();

    FOR v_head IN
        SELECT h.*
        FROM log.heads AS h
        WHERE (h.system_identifier, h.timeline, h.database_id, h.heads_id, h.data_folder_since)
            IS DISTINCT FROM (
                v_here.system_identifier, v_here.timeline, v_here.database_id, v_here.heads_id,
                v_here.data_folder_since
            )
        ORDER BY h.tenant_id
    LOOP
        v_reason := CASE
            WHEN v_head.system_identifier <> v_here.system_identifier THEN
                'another cluster: a dump was restored, or PostgreSQL was upgraded'
            WHEN v_head.timeline <> v_here.timeline THEN
                'another timeline: a standby was promoted, or an earlier time was recovered'
            WHEN v_head.database_id <> v_here.database_id THEN
                'another database of the cluster: it was restored or copied'
            WHEN v_head.heads_id <> v_here.heads_id THEN
                'other tables in the database: a dump was restored over it'
            WHEN v_head.data_folder_since <> v_here.data_folder_since THEN
                'another data folder: it was copied, or restored from a base backup'
        END; -- NULL: something that was not known before, which is only written down
        v_epoch := CASE WHEN v_reason IS NULL THEN v_head.epoch ELSE gen_random_uuid() END;

        UPDATE log.heads AS h
        SET epoch = v_epoch,
            system_identifier = v_here.system_identifier,
            timeline = v_here.timeline,
            database_id = v_here.database_id,
            heads_id = v_here.heads_id,
            data_folder_since = v_here.data_folder_since
        WHERE h.tenant_id = v_head.tenant_id
            AND h.epoch = v_head.epoch -- else another connection was first
        RETURNING h.tenant_id, h.epoch, h.position, v_reason
        INTO tenant_id, epoch, after_position, reason;

        IF FOUND AND v_reason IS NOT NULL THEN
            INSERT INTO log.epochs (tenant_id, epoch, after_position, began_at, reason)
            VALUES (tenant_id, epoch, after_position, clock_timestamp(), reason);
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION log.notice_epoch IS
    'Begins a new epoch for every tenant whose head was written somewhere else; returns those. Called by the server on '
    'every connection that appends, before its first append.';

-- For what nothing inside can notice: a snapshot of the whole disk that was put back.
CREATE OR REPLACE FUNCTION log.begin_epoch(p_tenant integer, p_reason text) RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
    v_epoch uuid := gen_random_uuid();
    v_position bigint;
BEGIN
    UPDATE log.heads
    SET epoch = v_epoch
    WHERE tenant_id = p_tenant
    RETURNING position INTO v_position;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'tenant % does not exist', p_tenant
            USING ERRCODE = 'CH001';
    END IF;

    INSERT INTO log.epochs (tenant_id, epoch, after_position, began_at, reason)
    VALUES (p_tenant, v_epoch, v_position, clock_timestamp(), p_reason);

    RETURN v_epoch;
END
$$;

COMMENT ON FUNCTION log.begin_epoch IS
    'Begins a new epoch by an operator''s word: after a disk snapshot was put back, which looks the same from inside.';
