-- What the schema needs to be distributed by tenant with Citus (distribute.sql, docs/scaling.md). On a plain server all of
-- this does nothing. Catalogs and functions of Citus are named in texts only, so that a server without them can make it.

CREATE OR REPLACE FUNCTION projections.is_distributed() RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
DECLARE
    v_is boolean;
BEGIN
    IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid = ''log.events''::regclass)'
    INTO v_is;
    RETURN v_is;
END
$$;

COMMENT ON FUNCTION projections.is_distributed IS 'Whether log.events is distributed with Citus.';

-- Every table with a tenant_id in log, vault and projections goes by tenant; log.tenants is copied to every node, because
-- statements of one tenant join it; all others stay on the coordinator.
CREATE OR REPLACE FUNCTION projections.tables_to_distribute(p_schema text) RETURNS SETOF regclass
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT c.oid::regclass
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_attribute AS a
            ON a.attrelid = c.oid
            AND a.attname = ''tenant_id''
        WHERE c.relkind = ''r''
            AND c.relnamespace = $1::regnamespace
            AND c.oid <> ''log.tenants''::regclass
            AND c.oid NOT IN (SELECT p.logicalrelid FROM pg_catalog.pg_dist_partition AS p)
        ORDER BY c.oid <> ''log.events''::regclass, c.relname COLLATE "C"'
    USING p_schema;
END
$$;

COMMENT ON FUNCTION projections.tables_to_distribute IS
    'The tables of a schema that go by tenant and are not distributed yet, log.events first. Asks for Citus.';

CREATE OR REPLACE FUNCTION projections.distribute_generation(p_generation integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_table regclass;
BEGIN
    IF NOT projections.is_distributed() THEN
        RETURN;
    END IF;
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    FOR v_table IN SELECT projections.tables_to_distribute('gen_' || p_generation) LOOP
        EXECUTE 'SELECT create_distributed_table($1, ''tenant_id'', colocate_with => ''log.events'')' USING v_table;
    END LOOP;
END
$$;

COMMENT ON FUNCTION projections.distribute_generation IS
    'Distributes a generation''s tables beside log.events, where that is distributed; called before they are filled.';

CREATE OR REPLACE FUNCTION projections.keep_distributed() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_schema text;
    v_table regclass;
    v_has_rows boolean;
BEGIN
    IF NOT projections.is_distributed() THEN
        RETURN;
    END IF;
    FOREACH v_schema IN ARRAY ARRAY['log', 'vault', 'projections'] LOOP
        FOR v_table IN SELECT projections.tables_to_distribute(v_schema) LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %s)', v_table) INTO v_has_rows;
            EXECUTE 'SELECT create_distributed_table($1, ''tenant_id'', colocate_with => ''log.events'')' USING v_table;
            IF v_has_rows THEN
                EXECUTE 'SELECT truncate_local_data_after_distributing_table($1)' USING v_table;
            END IF;
        END LOOP;
    END LOOP;
END
$$;

COMMENT ON FUNCTION projections.keep_distributed IS
    'Distributes the tables that a migration has added, where log.events is distributed; a migration ends with it.';

-- A transaction of its own: Citus refuses it after rows were moved.
CREATE OR REPLACE FUNCTION projections.delegate_append() RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT projections.is_distributed() THEN
        RETURN;
    END IF;
    EXECUTE 'SELECT create_distributed_function($1, ''p_tenant'', colocate_with => ''log.events'')'
    USING 'log.append'::regproc::oid::regprocedure;
END
$$;

COMMENT ON FUNCTION projections.delegate_append IS
    'Lets log.append run on the node of its tenant, where log.events is distributed.';

-- Shards are read with the rights of whoever asks, not of the view's owner, so a view over distributed tables would be
-- refused to every reader. Each becomes a function with its owner's rights under a view of the same name and columns. The
-- function finds out first which tenant the login sees, and then asks for that tenant alone: one shard, not all of them.
CREATE OR REPLACE FUNCTION projections.guard_views(p_generation integer) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_view record;
    v_generation record;
    v_columns text;
    v_function text;
    v_body text;
BEGIN
    IF NOT projections.is_distributed() THEN
        RETURN;
    END IF;
    SELECT * INTO STRICT v_generation FROM projections.generations AS g WHERE g.generation = p_generation;
    FOR v_view IN
        SELECT DISTINCT c.oid, n.nspname, c.relname
        FROM pg_depend AS d
        JOIN pg_rewrite AS r
            ON r.oid = d.objid
        JOIN pg_class AS c
            ON c.oid = r.ev_class
            AND c.relkind = 'v'
        JOIN pg_namespace AS n
            ON n.oid = c.relnamespace
            AND n.nspname IN ('review', 'aggregates')
        JOIN pg_class AS t
            ON t.oid = d.refobjid
            AND t.relnamespace = ('gen_' || p_generation)::regnamespace
        WHERE d.classid = 'pg_rewrite'::regclass
            AND d.refclassid = 'pg_class'::regclass
        ORDER BY n.nspname, c.relname
    LOOP
        v_body := projections.guarded_text(v_view.oid, v_generation.generation, v_generation.projector,
            v_generation.projector_version);
        v_function := format('gen_%s.%I', p_generation, v_view.nspname || '_' || v_view.relname);
        SELECT string_agg(
            format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                || CASE WHEN a.attcollation <> y.typcollation
                    THEN format(' COLLATE %s', a.attcollation::regcollation) ELSE '' END,
            ', ' ORDER BY a.attnum)
        INTO v_columns
        FROM pg_attribute AS a
        JOIN pg_type AS y
            ON y.oid = a.atttypid
        WHERE a.attrelid = v_view.oid
            AND a.attnum > 0;
        EXECUTE format(
            'CREATE OR REPLACE FUNCTION %s(p_login name) RETURNS SETOF record
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
            v_function, v_body);
        EXECUTE format(
            'CREATE OR REPLACE VIEW %I.%I WITH (security_barrier) AS SELECT t.* FROM %s(CURRENT_USER) AS t (%s)',
            v_view.nspname, v_view.relname, v_function, v_columns);
    END LOOP;
END
$$;

COMMENT ON FUNCTION projections.guard_views IS
    'Puts a function with its owner''s rights under every view of a generation, where log.events is distributed.';

CREATE OR REPLACE FUNCTION projections.guarded_text(
    p_view oid, p_generation integer, p_projector text, p_version integer
) RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_text text := rtrim(pg_get_viewdef(p_view, true), ';');
    v_walls text[] := '{}'; -- with one alias, so that the same condition is known again
    v_declarations text := '';
    v_tenant text;
    v_wall text;
    v_same text;
    v_alias text;
    v_column text;
    v_type text;
    v_number integer;
    v_at integer;
    v_start integer;
    v_end integer;
    v_depth integer;
BEGIN
    -- Every subquery on access.logins becomes a variable.
    LOOP
        v_at := position('access.logins' IN v_text);
        EXIT WHEN v_at = 0;
        v_start := v_at;
        v_depth := 0;
        WHILE v_depth < 1 AND v_start > 0 LOOP
            v_start := v_start - 1;
            v_depth := v_depth + CASE substr(v_text, v_start, 1) WHEN '(' THEN 1 WHEN ')' THEN -1 ELSE 0 END;
        END LOOP;
        v_end := v_at;
        v_depth := 0;
        WHILE v_depth < 1 AND v_end < length(v_text) LOOP
            v_end := v_end + 1;
            v_depth := v_depth + CASE substr(v_text, v_end, 1) WHEN ')' THEN 1 WHEN '(' THEN -1 ELSE 0 END;
        END LOOP;
        v_wall := substr(v_text, v_start, v_end - v_start + 1);
        v_column := substring(v_wall FROM '^\(\s*SELECT \w+\.(\w+)\s+FROM access\.logins ');
        v_alias := substring(v_wall FROM 'FROM access\.logins (\w+)');
        SELECT format_type(a.atttypid, a.atttypmod)
        INTO v_type
        FROM pg_attribute AS a
        WHERE a.attrelid = 'access.logins'::regclass
            AND a.attname = v_column;
        IF v_type IS NULL THEN
            RAISE EXCEPTION 'view % asks access.logins in another way than others do', p_view::regclass
                USING ERRCODE = 'CH004',
                HINT = 'Use it in scalar subqueries alone: tenant_id = (SELECT l.tenant_id FROM access.logins AS l WHERE ...).';
        END IF;
        -- The same in another alias, or deeper in the text, is the same.
        v_same := regexp_replace(regexp_replace(v_wall, '\m' || v_alias || '\M', 'l', 'g'), '\s+', ' ', 'g');
        v_number := array_position(v_walls, v_same);
        IF v_number IS NULL THEN
            v_walls := v_walls || v_same;
            v_number := cardinality(v_walls);
            v_declarations := v_declarations || format(
                E'    v_%s %s := %s;\n', v_number, v_type, replace(v_same, 'CURRENT_USER', 'p_login'));
            IF v_column = 'tenant_id' AND v_tenant IS NOT NULL THEN
                RAISE EXCEPTION 'view % has two different conditions on the tenant', p_view::regclass
                    USING ERRCODE = 'CH004', HINT = 'Write the same condition everywhere in the view.';
            END IF;
            IF v_column = 'tenant_id' THEN
                v_tenant := 'v_' || v_number;
            END IF;
        END IF;
        v_text := replace(v_text, v_wall, 'v_' || v_number);
    END LOOP;
    IF v_tenant IS NULL THEN
        RAISE EXCEPTION 'view % has no condition on the tenant', p_view::regclass
            USING ERRCODE = 'CH004', HINT = 'Compare tenant_id with what access.logins gives for current_user.';
    END IF;

    -- The tenant in every join, because one that a planner would have to infer in a lateral or correlated subquery is not
    -- seen; and the generation as constants, because its table stays on the coordinator.
    v_text := regexp_replace(
        v_text, '(\w+)\.tenant_id = (\w+)\.tenant_id',
        format('(\1.tenant_id = \2.tenant_id AND \1.tenant_id = %s AND \2.tenant_id = %s)', v_tenant, v_tenant), 'g');
    v_text := regexp_replace(
        v_text, 'projections\.generations (\w+)',
        format(
            '(SELECT %s AS generation, %L::text AS projector, %s AS projector_version, ''live''::text AS state) \1',
            p_generation, p_projector, p_version),
        'g');
    v_text := replace(v_text, 'CURRENT_USER', 'p_login');

    RETURN E'\n#variable_conflict use_column\nDECLARE\n' || v_declarations || format(
        E'BEGIN\n'
        '    IF NOT pg_has_role(session_user, p_login, ''MEMBER'') THEN\n'
        '        RAISE EXCEPTION ''this view answers for the login that asks'' USING ERRCODE = ''42501'';\n'
        '    END IF;\n'
        '    IF %s IS NULL THEN\n'
        '        RETURN;\n'
        '    END IF;\n'
        '    RETURN QUERY\n%s;\n'
        'END\n',
        v_tenant, v_text);
END
$$;

COMMENT ON FUNCTION projections.guarded_text IS 'The body of the function that guard_views puts under a view.';
