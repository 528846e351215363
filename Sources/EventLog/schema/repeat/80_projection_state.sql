-- How far each read model has come in the reader's tenant, and what it leaves out: the coordinates of every other view.
--
-- A function with its owner's rights lies under the view, as guard_views makes them, because on a log that is distributed
-- over several servers a reader could not read the tables; it asks for one tenant, whose rows lie together.
CREATE OR REPLACE FUNCTION projections.state_for(p_login name) RETURNS SETOF record
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_tenant integer := (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = p_login
            AND l.audience = 'reviewer'
    );
BEGIN
    IF NOT pg_has_role(session_user, p_login, 'MEMBER') THEN
        RAISE EXCEPTION 'this view answers for the login that asks' USING ERRCODE = '42501';
    END IF;
    IF v_tenant IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH reached AS MATERIALIZED (
        SELECT
            c.generation, c.position, h.position - c.position AS lag_events,
            COALESCE(greatest(0, extract(epoch FROM now() - e.recorded_at)), 0)::double precision AS lag_seconds,
            c.updated_at
        FROM projections.checkpoints AS c
        JOIN log.heads AS h
            ON h.tenant_id = v_tenant
        LEFT JOIN log.events AS e
            ON e.tenant_id = v_tenant
            AND e.position = c.position + 1
        WHERE c.tenant_id = v_tenant
    ),
    parked AS MATERIALIZED (
        SELECT s.generation, count(DISTINCT s.stream_id) AS streams, count(e.position) AS events
        FROM projections.parked_streams AS s
        JOIN projections.checkpoints AS c
            ON c.tenant_id = v_tenant
            AND c.generation = s.generation
        LEFT JOIN log.events AS e
            ON e.tenant_id = v_tenant
            AND e.stream_id = s.stream_id
            AND e.position BETWEEN s.position AND c.position
        WHERE s.tenant_id = v_tenant
        GROUP BY s.generation
    ),
    -- A skip that waits for the next generation is among the parked events still.
    skipped AS MATERIALIZED (
        SELECT c.generation, d.projector, count(*) AS events
        FROM projections.parked_decisions AS d
        JOIN projections.checkpoints AS c
            ON c.tenant_id = v_tenant
            AND c.position >= d.position
        WHERE d.tenant_id = v_tenant
            AND d.decision = 'skip'
            AND NOT EXISTS (
                SELECT
                FROM projections.parked_streams AS s
                WHERE s.tenant_id = v_tenant
                    AND s.generation = c.generation
                    AND s.stream_id = d.stream_id
                    AND s.position <= d.position
            )
        GROUP BY c.generation, d.projector
    )
    SELECT
        g.projector, g.projector_version, r.position, r.lag_events, r.lag_seconds, COALESCE(p.streams, 0),
        COALESCE(p.events, 0), COALESCE(k.events, 0), r.updated_at
    FROM projections.generations AS g
    JOIN reached AS r
        ON r.generation = g.generation
    LEFT JOIN parked AS p
        ON p.generation = g.generation
    LEFT JOIN skipped AS k
        ON k.generation = g.generation
        AND k.projector = g.projector
    WHERE g.state = 'live';
END
$$;

COMMENT ON FUNCTION projections.state_for IS 'What review.projection_state shows a login.';

CREATE OR REPLACE VIEW review.projection_state WITH (security_barrier) AS
SELECT
    s.projector,
    s.projector_version,
    s.log_position,
    s.lag_events,
    s.lag_seconds,
    s.parked_streams,
    s.parked_events,
    s.skipped_events,
    s.updated_at
FROM projections.state_for(CURRENT_USER) AS s (
    projector text,
    projector_version integer,
    log_position bigint,
    lag_events bigint,
    lag_seconds double precision,
    parked_streams bigint,
    parked_events bigint,
    skipped_events bigint,
    updated_at timestamptz
);

COMMENT ON VIEW review.projection_state IS
    'How far each read model has come in the log, and what its figures leave out. Look here beside every figure: what is '
    'parked or skipped is in none of them. Live.';
COMMENT ON COLUMN review.projection_state.log_position IS 'The last event that the read model has taken in.';
COMMENT ON COLUMN review.projection_state.lag_events IS 'Events still to be read.';
COMMENT ON COLUMN review.projection_state.lag_seconds IS 'Age of the oldest event still to be read; 0: none is.';
COMMENT ON COLUMN review.projection_state.parked_streams IS
    'Messages, surveys or registries of which an event could not be read; everything later of them waits. 0 is good.';
COMMENT ON COLUMN review.projection_state.parked_events IS 'Events of these streams, from the one that could not be read on.';
COMMENT ON COLUMN review.projection_state.skipped_events IS
    'Events left out for good, by an operator''s decision that projections.parked_decisions has.';
COMMENT ON COLUMN review.projection_state.updated_at IS 'When it last moved.';
