-- The one way into the log: a batch of commands of one tenant, each all or nothing, with an outcome for each.
-- Locks the tenant's head row for as long as the transaction lasts; call it as one autocommit statement.
--
-- Arrays are parallel within their group and name their command by its number (from 1):
--   p_digests, p_command_ids, p_command_streams   one element a command
--   p_after, p_before                             command p_after was decided on what p_before writes in this call
--   c_*   versions that the streams written or read must have; 0 = empty
--   e_*   events, in order
--   w_*   passages: words for the vault
--   h_*   persons and the token that each was decided on: proposed (is_new), or as the vault had it
--   i_*   intakes
--   f_*   streams whose words are forgotten, and persons (one of the two is NULL)
-- Outcomes: appended; conflict (a version or a person was not as decided on); repeat (the command id is known).
DO $$
DECLARE
    v_old regprocedure;
BEGIN
    FOR v_old IN
        SELECT p.oid
        FROM pg_catalog.pg_proc AS p
        WHERE p.pronamespace = 'log'::regnamespace
            AND p.proname = 'append'
            AND NOT 'h_is_new' = ANY (p.proargnames) -- of a version that asked for other arguments
    LOOP
        EXECUTE format('DROP FUNCTION %s', v_old);
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION log.append(
    p_tenant integer,
    p_digests bytea[], p_command_ids uuid[], p_command_streams uuid[],
    p_after integer[], p_before integer[],
    c_command integer[], c_stream uuid[], c_version integer[],
    e_command integer[], e_stream uuid[], e_stream_type text[], e_version integer[], e_type text[],
    e_schema_version smallint[], e_actor text[], e_body json[],
    w_command integer[], w_stream uuid[], w_number smallint[], w_kind text[], w_language text[], w_body text[],
    w_salt bytea[],
    h_command integer[], h_token uuid[], h_is_new boolean[], h_source text[], h_ref text[],
    i_command integer[], i_stream uuid[], i_tracking_hash bytea[], i_request_hash bytea[], i_source text[],
    i_external_id text[],
    f_command integer[], f_stream uuid[], f_person uuid[]
) RETURNS TABLE (command integer, outcome text, first_position bigint, recorded_at timestamptz)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off -- arrays are joined by hash; the tables are looked up by subqueries, through their keys
AS $$
#variable_conflict use_column
DECLARE
    v_position bigint;
    v_recorded_at timestamptz;
    v_chain bytea;
    v_table oid;
    v_heads_id bigint;
    v_refused integer[];
    v_repeats integer[];
    v_more integer[];
    v_events bigint;
    v_digests bytea;
    v_commands integer;
    v_forgotten uuid[];
    v_first_commands integer[];
    v_first_positions bigint[];
BEGIN
    SELECT h.position, greatest(h.recorded_at, clock_timestamp()), h.chain, h.tableoid, h.heads_id
    INTO v_position, v_recorded_at, v_chain, v_table, v_heads_id
    FROM log.heads AS h
    WHERE h.tenant_id = p_tenant
    FOR UPDATE;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'tenant % does not exist', p_tenant
            USING ERRCODE = 'CH001';
    END IF;

    -- A dump was restored over the database while this connection was open: what other connections notice when they open.
    -- (Parts of a distributed table have other names and ids.)
    IF v_heads_id <> v_table::bigint AND (SELECT c.relname FROM pg_class AS c WHERE c.oid = v_table) = 'heads' THEN
        PERFORM log.notice_epoch();
    END IF;

    -- From here on every statement sees what the holder before committed (READ COMMITTED, one snapshot a statement).
    v_repeats := ARRAY(
        SELECT c.number::integer
        FROM unnest(p_command_ids) WITH ORDINALITY AS c (id, number)
        WHERE c.id IS NOT NULL
            AND (
                SELECT k.position
                FROM log.commands AS k
                WHERE k.tenant_id = p_tenant
                    AND k.command_id = c.id
            ) IS NOT NULL
    );

    v_refused := v_repeats || ARRAY(
        SELECT c.command
        FROM unnest(c_command, c_stream, c_version) AS c (command, stream, version)
        WHERE c.version <> COALESCE(
            (
                SELECT e.version
                FROM log.events AS e
                WHERE e.tenant_id = p_tenant
                    AND e.stream_id = c.stream
                ORDER BY e.version DESC
                LIMIT 1
            ),
            0
        )
    ) || ARRAY(
        -- Somebody named meanwhile by another node, or forgotten.
        SELECT n.command
        FROM unnest(h_command, h_token, h_is_new, h_source, h_ref) AS n (command, token, is_new, source, ref)
        WHERE (
            SELECT p.person_token
            FROM vault.persons AS p
            WHERE p.tenant_id = p_tenant
                AND p.source = n.source
                AND p.person_ref = n.ref
        ) IS DISTINCT FROM CASE WHEN NOT n.is_new THEN n.token END
    );

    -- Whoever was decided on what a refused command would have written is refused with it.
    IF v_refused <> '{}' AND p_after <> '{}' THEN
        LOOP
            v_more := ARRAY(
                SELECT DISTINCT d.after_command
                FROM unnest(p_after, p_before) AS d (after_command, before_command)
                WHERE d.before_command = ANY (v_refused)
                    AND d.after_command <> ALL (v_refused)
            );
            EXIT WHEN v_more = '{}';
            v_refused := v_refused || v_more;
        END LOOP;
    END IF;

    SELECT count(*)
    INTO v_events
    FROM unnest(e_command) AS e (command)
    WHERE e.command <> ALL (v_refused);

    SELECT string_agg(d.digest, ''::bytea ORDER BY d.number), count(*)
    INTO v_digests, v_commands
    FROM unnest(p_digests) WITH ORDINALITY AS d (digest, number)
    WHERE d.number::integer <> ALL (v_refused);

    IF v_events > 0 THEN
        -- Format 2 (docs/log.md): bound to the place and the time of the batch.
        v_chain := sha256(
            v_chain || int4send(p_tenant) || int8send(v_position + 1) || int8send(v_position + v_events)
            || timestamptz_send(v_recorded_at) || v_digests
        );

        UPDATE log.heads AS h
        SET position = v_position + v_events,
            recorded_at = v_recorded_at,
            chain = v_chain
        WHERE h.tenant_id = p_tenant;

        INSERT INTO log.batches (
            tenant_id, first_position, last_position, recorded_at, commands, digests, chain, format
        )
        VALUES (
            p_tenant, v_position + 1, v_position + v_events, v_recorded_at, v_commands, v_digests, v_chain, 2
        );

        INSERT INTO vault.persons (tenant_id, person_token, source, person_ref)
        SELECT p_tenant, n.token, n.source, n.ref
        FROM unnest(h_command, h_token, h_is_new, h_source, h_ref) AS n (command, token, is_new, source, ref)
        WHERE n.is_new
            AND n.command <> ALL (v_refused);

        INSERT INTO vault.passages (tenant_id, stream_id, number, kind, language, body, salt)
        SELECT p_tenant, w.stream, w.number, w.kind, w.language, w.body, w.salt
        FROM unnest(w_command, w_stream, w_number, w_kind, w_language, w_body, w_salt)
            AS w (command, stream, number, kind, language, body, salt)
        WHERE w.command <> ALL (v_refused);

        -- The content that holds now is the one that a repeat must have: an amendment's, where there is one.
        INSERT INTO vault.intakes AS v (tenant_id, stream_id, tracking_hash, request_hash, source, external_id)
        SELECT DISTINCT ON (i.stream)
            p_tenant, i.stream, i.tracking_hash, i.request_hash, i.source, i.external_id
        FROM unnest(i_command, i_stream, i_tracking_hash, i_request_hash, i_source, i_external_id)
            AS i (command, stream, tracking_hash, request_hash, source, external_id)
        WHERE i.command <> ALL (v_refused)
        ORDER BY i.stream, i.command DESC
        ON CONFLICT (tenant_id, stream_id) DO UPDATE
        SET request_hash = EXCLUDED.request_hash;

        -- After the inserts, so that nothing which this batch writes on a forgotten stream stays behind.
        IF f_command <> '{}' THEN
            v_forgotten := ARRAY(
                SELECT f.stream
                FROM unnest(f_command, f_stream) AS f (command, stream)
                WHERE f.stream IS NOT NULL
                    AND f.command <> ALL (v_refused)
            );
            DELETE FROM vault.passages WHERE tenant_id = p_tenant AND stream_id = ANY (v_forgotten);
            DELETE FROM vault.intakes WHERE tenant_id = p_tenant AND stream_id = ANY (v_forgotten);
            v_forgotten := ARRAY(
                SELECT f.person
                FROM unnest(f_command, f_person) AS f (command, person)
                WHERE f.person IS NOT NULL
                    AND f.command <> ALL (v_refused)
            );
            DELETE FROM vault.persons WHERE tenant_id = p_tenant AND person_token = ANY (v_forgotten);
        END IF;

        INSERT INTO log.events (
            tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body
        )
        SELECT
            p_tenant, v_position + row_number() OVER (ORDER BY e.ordinal), e.stream, e.version, e.schema_version,
            v_recorded_at, e.stream_type, e.type, e.actor, e.body
        FROM unnest(e_command, e_stream, e_stream_type, e_version, e_type, e_schema_version, e_actor, e_body)
            WITH ORDINALITY
            AS e (command, stream, stream_type, version, type, schema_version, actor, body, ordinal)
        WHERE e.command <> ALL (v_refused)
        ORDER BY e.ordinal;

        SELECT array_agg(f.command), array_agg(f.position)
        INTO v_first_commands, v_first_positions
        FROM (
            SELECT n.command, v_position + min(n.number) AS position
            FROM (
                SELECT e.command, row_number() OVER (ORDER BY e.ordinal) AS number
                FROM unnest(e_command) WITH ORDINALITY AS e (command, ordinal)
                WHERE e.command <> ALL (v_refused)
            ) AS n
            GROUP BY n.command
        ) AS f;

        IF array_remove(p_command_ids, NULL) <> '{}' THEN
            INSERT INTO log.commands (tenant_id, command_id, stream_id, position)
            SELECT p_tenant, c.id, c.stream, f.position
            FROM unnest(p_command_ids, p_command_streams) WITH ORDINALITY AS c (id, stream, number)
            JOIN unnest(v_first_commands, v_first_positions) AS f (command, position)
                ON f.command = c.number
            WHERE c.id IS NOT NULL;
        END IF;
    END IF;

    RETURN QUERY
    SELECT
        c.number::integer,
        CASE
            WHEN c.number::integer = ANY (v_repeats) THEN 'repeat'
            WHEN c.number::integer = ANY (v_refused) THEN 'conflict'
            ELSE 'appended'
        END,
        f.position,
        v_recorded_at
    FROM unnest(p_digests) WITH ORDINALITY AS c (digest, number)
    LEFT JOIN unnest(v_first_commands, v_first_positions) AS f (command, position)
        ON f.command = c.number
    ORDER BY c.number;
END
$$;

COMMENT ON FUNCTION log.append IS
    'Appends a batch of commands of one tenant: events with their words, persons and intakes, and what is to be forgotten. Returns one row a '
    'command: appended, conflict or repeat. The only way to write the log.';
