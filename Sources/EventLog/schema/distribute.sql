-- Distributes the log, the vault and every read model by tenant over the workers of a Citus cluster.
--
--     psql -v ON_ERROR_STOP=1 -d "$DATABASE_URL" -f schema/distribute.sql
--
-- Run it on the coordinator, as the role that migrated the database (it owns the tables), with all Chorus servers stopped,
-- after `chorus migrate` of the same version. Written for Citus 13 on PostgreSQL 15 to 17; docs/scaling.md has the way
-- there step by step, and what changes afterwards.
--
-- An empty database takes seconds. One with data is moved: each table is locked while its rows are copied to the workers,
-- then the copy that is left on the coordinator is emptied, so that words that are forgotten later are gone everywhere.
-- Every step is a transaction of its own and leaves out what is done: when it stops, mend what it names and run it again.
-- There is no way back here; Citus has undistribute_table.
--
-- What goes where:
--     by tenant_id       every table of log, vault and projections that has a tenant_id, and all tables of gen_<n>
--     on every node      log.tenants
--     coordinator only   projections.generations, access.*, migrations.*, all views
\set ON_ERROR_STOP on
SET client_min_messages = notice;
SET search_path = pg_catalog;

-- 1. Is this a place where it can be done?
DO $$
DECLARE
    v_version text;
    v_number integer;
    v_name text;
    v_count bigint;
BEGIN
    IF to_regproc('pg_catalog.citus_version') IS NULL THEN
        RAISE EXCEPTION 'Citus is not installed in database %', current_database()
            USING HINT = 'Add citus to shared_preload_libraries, restart, then CREATE EXTENSION citus on every node.';
    END IF;
    EXECUTE 'SELECT citus_version()' INTO v_version;
    v_number := substring(v_version FROM '^Citus (\d+)\.')::integer;
    IF v_number IS NULL OR v_number < 13 THEN
        RAISE EXCEPTION 'this is written for Citus 13, and here is %', v_version
            USING HINT = 'Upgrade the extension on every node, then run this again.';
    ELSIF v_number > 13 THEN
        RAISE WARNING 'this is written for Citus 13, and here is %; try it on a copy first', v_version;
    END IF;

    EXECUTE 'SELECT groupid FROM pg_catalog.pg_dist_local_group' INTO v_number;
    IF v_number <> 0 THEN
        RAISE EXCEPTION 'this node is a worker (group %)', v_number
            USING HINT = 'Connect to the coordinator.';
    END IF;
    EXECUTE 'SELECT count(*) FROM pg_catalog.pg_dist_node
        WHERE shouldhaveshards AND isactive AND noderole = ''primary'''
    INTO v_count;
    IF v_count = 0 THEN
        RAISE EXCEPTION 'no node of this cluster may hold shards'
            USING HINT = 'Add workers: SELECT citus_set_coordinator_host(...); SELECT citus_add_node(...);';
    END IF;
    RAISE NOTICE '% node(s) will hold shards', v_count;

    IF to_regproc('projections.delegate_append') IS NULL OR to_regclass('log.events') IS NULL THEN
        RAISE EXCEPTION 'database % has not the schema of this version', current_database()
            USING HINT = 'Run chorus migrate first.';
    END IF;
    SELECT pg_get_userbyid(c.relowner) INTO v_name FROM pg_class AS c WHERE c.oid = 'log.events'::regclass;
    IF v_name <> current_user THEN
        RAISE EXCEPTION 'the tables belong to %, and this is %', v_name, current_user
            USING HINT = 'Connect as the role that ran chorus migrate; it must be allowed to log in on every node.';
    END IF;
    SELECT count(*) INTO v_count FROM projections.generations AS g WHERE g.state = 'building';
    IF v_count > 0 THEN
        RAISE EXCEPTION '% rebuild(s) are running or were broken off', v_count
            USING HINT = 'Let them finish, or run chorus projections rebuild again, then come back.';
    END IF;

    IF NOT projections.is_distributed() THEN
        SELECT count(*) INTO v_count FROM log.tenants;
        IF EXISTS (SELECT FROM log.events) THEN
            RAISE NOTICE 'there are events of % tenant(s): they are moved to the workers, which takes as long as copying '
                'the database does', v_count;
        END IF;
    END IF;
END
$$;

-- 2. Do the workers keep what they acknowledge, and no words in their logs?
DO $$
DECLARE
    v_node record;
BEGIN
    FOR v_node IN EXECUTE
        'SELECT nodename, nodeport, success, result
        FROM run_command_on_workers(
            $c$SELECT concat_ws('', '',
                CASE WHEN current_setting(''fsync'') <> ''on'' THEN ''fsync is off'' END,
                CASE WHEN current_setting(''full_page_writes'') <> ''on'' THEN ''full_page_writes is off'' END,
                CASE WHEN current_setting(''log_parameter_max_length_on_error'') <> ''0''
                    THEN ''log_parameter_max_length_on_error is not 0'' END,
                CASE WHEN current_setting(''log_statement'') IN (''mod'', ''all'')
                    THEN ''log_statement would log the words of people'' END)$c$)'
    LOOP
        IF NOT v_node.success OR v_node.result <> '' THEN
            RAISE EXCEPTION 'worker %:% cannot be used: %', v_node.nodename, v_node.nodeport, v_node.result
                USING HINT = 'Mend its settings, or its pg_hba.conf where it could not be reached.';
        END IF;
    END LOOP;
END
$$;

-- 3. The server's role logs in on the workers there: the coordinator asks them in the name of whoever asks it. What a
-- server's own connection sets does not reach them, so it is set on the role, on every node. Statements that were sent to
-- a worker hold values in their text: they are never logged there, not even when they fail or are slow.
SELECT format('SELECT * FROM run_command_on_workers(%L)', c.command)
FROM (
    VALUES
        (1, 'DO $d$ BEGIN CREATE ROLE chorus_app LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $d$'),
        (2, 'DO $d$ BEGIN CREATE ROLE chorus_reviewer NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $d$'),
        (3, 'DO $d$ BEGIN CREATE ROLE chorus_analyst NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $d$')
) AS c (number, command)
ORDER BY c.number
\gexec

WITH settings (number, command) AS (
    VALUES
        (1, 'ALTER ROLE chorus_app LOGIN'),
        (2, 'ALTER ROLE chorus_app SET synchronous_commit = ''on'''),
        (3, 'ALTER ROLE chorus_app SET datestyle = ''ISO, YMD'''),
        (4, 'ALTER ROLE chorus_app SET log_min_error_statement = ''panic'''),
        (5, 'ALTER ROLE chorus_app SET log_min_duration_statement = -1')
)
SELECT a.command
FROM settings AS a
UNION ALL
SELECT format('SELECT * FROM run_command_on_workers(%L)', a.command)
FROM settings AS a
\gexec

DO $$
DECLARE
    v_node record;
BEGIN
    SET LOCAL ROLE chorus_app;
    FOR v_node IN EXECUTE
        'SELECT nodename, nodeport, success, result
        FROM run_command_on_workers(''SELECT current_setting(''''synchronous_commit'''')'')'
    LOOP
        IF NOT v_node.success OR v_node.result NOT IN ('on', 'remote_apply') THEN
            RAISE EXCEPTION 'the coordinator cannot ask worker %:% as chorus_app: %',
                v_node.nodename, v_node.nodeport, v_node.result
                USING HINT = 'Allow chorus_app from the coordinator in the worker''s pg_hba.conf, with its password in '
                    'pg_dist_authinfo or the coordinator''s .pgpass where you use one; synchronous_commit must be on.';
        END IF;
    END LOOP;
END
$$;

-- 4. Citus takes no such triggers. No role has the right to change the log; that wall stays.
SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
FROM pg_trigger AS t
JOIN pg_class AS c
    ON c.oid = t.tgrelid
    AND c.relnamespace = 'log'::regnamespace
WHERE t.tgfoid = 'log.refuse_change'::regproc
    AND NOT t.tgisinternal
ORDER BY c.relname
\gexec

-- 5. The tables, log.events first: all others lie beside it, so that a tenant is on one node.
SELECT create_reference_table('log.tenants')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = 'log.tenants'::regclass);

SELECT create_distributed_table('log.events', 'tenant_id', colocate_with => 'none')
WHERE NOT EXISTS (SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = 'log.events'::regclass);

SELECT format('SELECT create_distributed_table(%L, ''tenant_id'', colocate_with => ''log.events'')', t.name)
FROM (
    SELECT s.number, n.ordinality, n.name
    FROM (VALUES (1, 'log'), (2, 'vault'), (3, 'projections')) AS s (number, name)
    CROSS JOIN LATERAL projections.tables_to_distribute(s.name) WITH ORDINALITY AS n (name, ordinality)
    UNION ALL
    SELECT 3 + g.generation, n.ordinality, n.name
    FROM projections.generations AS g
    JOIN pg_namespace AS s
        ON s.nspname = 'gen_' || g.generation
    CROSS JOIN LATERAL projections.tables_to_distribute(s.nspname) WITH ORDINALITY AS n (name, ordinality)
) AS t
ORDER BY t.number, t.ordinality
\gexec

-- 6. What was moved is not left behind.
SELECT format('SELECT truncate_local_data_after_distributing_table(%L)', p.logicalrelid::regclass)
FROM pg_dist_partition AS p
JOIN pg_class AS c
    ON c.oid = p.logicalrelid
JOIN pg_namespace AS n
    ON n.oid = c.relnamespace
WHERE n.nspname IN ('log', 'vault', 'projections')
    OR n.nspname IN (SELECT 'gen_' || g.generation FROM projections.generations AS g)
ORDER BY n.nspname, c.relname
\gexec

-- 7. log.append runs on the node of its tenant.
SELECT projections.delegate_append();

-- 8. The views of the generations that are read.
SET citus.enable_ddl_propagation = off;
SELECT format('SELECT projections.guard_views(%s)', g.generation)
FROM projections.generations AS g
WHERE g.state = 'live'
ORDER BY g.generation
\gexec
RESET citus.enable_ddl_propagation;

SELECT count(*) AS tables_by_tenant
FROM pg_dist_partition AS p
JOIN pg_class AS c
    ON c.oid = p.logicalrelid
WHERE p.partmethod = 'h'
    AND (
        c.relnamespace IN ('log'::regnamespace, 'vault'::regnamespace, 'projections'::regnamespace)
        OR c.relnamespace IN (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname LIKE 'gen\_%')
    );
