-- A new tenant: its settings, its head, its secret. Called by an operator, not by the server's role.
CREATE OR REPLACE FUNCTION log.create_tenant(
    p_code text, p_time_zone text, p_language text, p_k integer, p_channels text[]
) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    v_tenant integer;
BEGIN
    PERFORM 1 FROM pg_catalog.pg_timezone_names WHERE name = p_time_zone;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'time zone % is unknown to this PostgreSQL', p_time_zone
            USING ERRCODE = 'CH003', HINT = 'Use an IANA name such as Asia/Shanghai.';
    END IF;

    -- One at a time; should two meet all the same, the primary key refuses the second.
    PERFORM pg_advisory_xact_lock(hashtextextended('chorus tenant', 0));
    SELECT t.tenant_id INTO v_tenant FROM log.tenants AS t WHERE t.code = p_code;
    IF FOUND THEN
        RETURN v_tenant;
    END IF;
    SELECT COALESCE(max(t.tenant_id), 0) + 1 INTO v_tenant FROM log.tenants AS t;

    INSERT INTO log.tenants (tenant_id, code, time_zone, language, k, channels)
    VALUES (v_tenant, p_code, p_time_zone, p_language, p_k, p_channels);

    INSERT INTO log.heads (tenant_id, system_identifier, timeline, database_id, heads_id, data_folder_since)
    SELECT v_tenant, n.system_identifier, n.timeline, n.database_id, n.heads_id, n.data_folder_since
    FROM log.here() AS n;

    INSERT INTO log.epochs (tenant_id, epoch, after_position, began_at, reason)
    SELECT v_tenant, h.epoch, 0, clock_timestamp(), 'the tenant was created'
    FROM log.heads AS h
    WHERE h.tenant_id = v_tenant;

    INSERT INTO vault.secrets (tenant_id, name, secret)
    VALUES (v_tenant, 'intake', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text
        || gen_random_uuid()::text, '-', ''), 'hex'));

    RETURN v_tenant;
END
$$;

COMMENT ON FUNCTION log.create_tenant IS
    'Makes a tenant''s rows and returns its number; returns the number of an existing one with this code.';
