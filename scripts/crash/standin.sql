-- What the stand-in servers of the controls write with: the shape of Chorus's rows, none of its care.
CREATE SCHEMA naive;

CREATE TABLE naive.nodes (
    node    text        NOT NULL,
    seen_at timestamptz NOT NULL,
    CONSTRAINT nodes_pkey PRIMARY KEY (node)
);

CREATE SEQUENCE naive.positions;

-- Stores a message: both events, or only the first; at the next positions, or where a sequence said.
CREATE FUNCTION naive.append(
    p_stream uuid, p_words text, p_commitment text, p_salt text, p_source text, p_external_id text, p_person uuid,
    p_person_ref text, p_events integer, p_position bigint
) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    v_head log.heads;
BEGIN
    UPDATE log.heads
    SET position = CASE
            WHEN p_position IS NULL THEN position + p_events
            ELSE greatest(position, p_position + p_events - 1)
        END,
        recorded_at = greatest(recorded_at, clock_timestamp())
    RETURNING * INTO v_head;

    INSERT INTO log.events (
        tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body
    )
    SELECT
        v_head.tenant_id, COALESCE(p_position, v_head.position - p_events + 1) + n - 1, p_stream, n, 1, v_head.recorded_at,
        'feedback', (ARRAY['FeedbackReceived', 'DemandOpened'])[n], 'key_naive',
        CASE n
            WHEN 1 THEN json_build_object(
                'source', p_source, 'person', p_person,
                'text', json_build_object('passage', 1, 'commitment', p_commitment)
            )
            ELSE json_build_object('demand', 1)
        END
    FROM generate_series(1, p_events) AS n;

    INSERT INTO vault.passages (tenant_id, stream_id, number, kind, body, salt)
    VALUES (v_head.tenant_id, p_stream, 1, 'text', p_words, decode(p_salt, 'hex'));

    INSERT INTO vault.intakes (tenant_id, stream_id, tracking_hash, request_hash, source, external_id)
    VALUES (
        v_head.tenant_id, p_stream, sha256(convert_to(p_stream::text, 'UTF8')), sha256('request'), p_source, p_external_id
    );

    INSERT INTO vault.persons (tenant_id, person_token, source, person_ref)
    SELECT v_head.tenant_id, p_person, p_source, p_person_ref
    WHERE p_person IS NOT NULL
    ON CONFLICT DO NOTHING;

    RETURN v_head.position;
END
$$;

-- The second event of a message, for the stand-in that stores it in another transaction.
CREATE FUNCTION naive.complete(p_stream uuid) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    v_head log.heads;
BEGIN
    UPDATE log.heads
    SET position = position + 1,
        recorded_at = greatest(recorded_at, clock_timestamp())
    RETURNING * INTO v_head;

    INSERT INTO log.events (
        tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body
    )
    VALUES (
        v_head.tenant_id, v_head.position, p_stream, 2, 1, v_head.recorded_at, 'feedback', 'DemandOpened', 'key_naive',
        json_build_object('demand', 1)
    );

    RETURN v_head.position;
END
$$;
