-- Exact, for reviewers of the whole tenant. Every registered name is there, heard or not.
CREATE OR REPLACE VIEW review.coverage WITH (security_barrier) AS
SELECT
    n.dimension,
    CASE WHEN n.is_registered THEN n.name END AS code,
    COALESCE(r.name, n.name) AS name,
    n.is_registered,
    r.parent AS parent_code,
    r.size,
    COALESCE(c.messages, 0) AS messages,
    COALESCE(c.people, 0) AS people,
    COALESCE(c.messages_unidentified, 0) AS messages_unidentified,
    round(COALESCE(c.people, 0)::numeric / NULLIF(r.size, 0), 6) AS share_of_size,
    (
        SELECT max(y.occurred_on)
        FROM cell_days AS y
        WHERE y.tenant_id = n.tenant_id
            AND y.dimension = n.dimension
            AND y.is_registered = n.is_registered
            AND y.name = n.name
    ) AS last_heard_on,
    COALESCE(r.is_retired, false) AS is_retired,
    k.position AS log_position,
    g.projector_version
FROM (
    SELECT r.tenant_id, r.domain AS dimension, true AS is_registered, r.code AS name
    FROM registered_names AS r
    WHERE r.domain IN ('channel', 'place', 'group')
        AND r.merged_into IS NULL
    UNION
    SELECT t.tenant_id, 'channel', true, h.channel
    FROM log.tenants AS t
    CROSS JOIN LATERAL unnest(t.channels) AS h (channel)
    UNION
    SELECT c.tenant_id, c.dimension, c.is_registered, c.name
    FROM cells AS c
) AS n
JOIN projections.generations AS g
    ON g.projector = 'coverage'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = n.tenant_id
    AND k.generation = g.generation
LEFT JOIN cells AS c
    ON c.tenant_id = n.tenant_id
    AND c.dimension = n.dimension
    AND c.is_registered = n.is_registered
    AND c.name = n.name
LEFT JOIN registered_names AS r
    ON r.tenant_id = n.tenant_id
    AND r.domain = n.dimension
    AND r.code = n.name
    AND n.is_registered
WHERE n.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    );

COMMENT ON VIEW review.coverage IS
    'Counts of those who spoke, not of those who think so. Whom we hear and whom we do not: every registered group, '
    'place and channel with what was heard, silent ones with 0, and names heard that nothing is registered for. '
    'Messages are feedback and responses, each heard where its demands stand now, without demands where it says '
    'itself; one that names two groups is heard in both. people are distinct within their row and must not be summed.';
COMMENT ON COLUMN review.coverage.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.coverage.dimension IS 'channel, place or group.';
COMMENT ON COLUMN review.coverage.code IS 'NULL: nothing is registered under that name.';
COMMENT ON COLUMN review.coverage.name IS 'In the tenant''s language, else in English; as given where nothing is registered.';
COMMENT ON COLUMN review.coverage.parent_code IS 'NULL: at the top, or not registered. A place above does not contain those below.';
COMMENT ON COLUMN review.coverage.size IS 'Its people as registered; NULL: not known.';
COMMENT ON COLUMN review.coverage.share_of_size IS 'people / size; NULL: the size is not known, or 0.';
COMMENT ON COLUMN review.coverage.last_heard_on IS 'Last day on which something occurred that was sent; NULL: never.';
COMMENT ON COLUMN review.coverage.is_retired IS 'A channel by which no message comes any more.';
COMMENT ON COLUMN review.coverage.log_position IS 'The last event that these numbers contain.';

-- The last release, for analysts.
CREATE OR REPLACE VIEW aggregates.coverage WITH (security_barrier) AS
SELECT
    n.dimension,
    CASE WHEN n.is_registered THEN n.name END AS code,
    COALESCE(d.name, n.name) AS name,
    n.is_registered,
    d.parent AS parent_code,
    d.size,
    NOT n.is_silent AND p.path IS NULL AS is_withheld,
    CASE WHEN n.is_silent THEN 0 ELSE p.messages END AS messages,
    CASE WHEN n.is_silent THEN 0 ELSE p.people END AS people,
    CASE WHEN n.is_silent THEN 0 ELSE p.messages_unidentified END AS messages_unidentified,
    round(CASE WHEN n.is_silent THEN 0 ELSE p.people END::numeric / NULLIF(d.size, 0), 6) AS share_of_size,
    n.last_heard_month,
    r.release,
    r.position AS release_position,
    r.released_at,
    r.k,
    g.projector_version
FROM published_names AS n
JOIN publications AS r
    ON r.tenant_id = n.tenant_id
    AND r.publication = 'names'
JOIN projections.generations AS g
    ON g.projector = 'coverage'
    AND g.state = 'live'
LEFT JOIN published_rows AS p
    ON p.tenant_id = n.tenant_id
    AND p.publication = n.dimension
    AND p.path = ARRAY[CASE WHEN n.is_registered THEN '=' ELSE '~' END || n.name]
    AND NOT p.is_withheld
LEFT JOIN registered_names AS d
    ON d.tenant_id = n.tenant_id
    AND d.domain = n.dimension
    AND d.code = n.name
    AND n.is_registered
WHERE n.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    );

COMMENT ON VIEW aggregates.coverage IS
    'Counts of those who spoke, not of those who think so. The last release of whom we hear: every registered group, '
    'place and channel, and names that nothing is registered for once k people are heard under them. 0: nobody was '
    'heard by that release. is_withheld: somebody was, and the numbers are NULL because fewer than k people stand '
    'behind them, or behind their change. Numbers stand on at least k people and change by at least k people; until '
    'then they repeat. The step from 0 to withheld says that somebody was heard, never how many; no name goes back to '
    '0, so a withdrawal shows nothing. What is withheld is not summed here, so it cannot be shared out among the '
    'withheld names. people must not be summed.';
COMMENT ON COLUMN aggregates.coverage.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN aggregates.coverage.dimension IS 'channel, place or group.';
COMMENT ON COLUMN aggregates.coverage.code IS 'NULL: nothing is registered under that name.';
COMMENT ON COLUMN aggregates.coverage.is_withheld IS 'true: heard, but by too few to show numbers; these are NULL then.';
COMMENT ON COLUMN aggregates.coverage.share_of_size IS 'people / size; NULL: withheld, or the size is not known.';
COMMENT ON COLUMN aggregates.coverage.last_heard_month IS
    'First day of the latest month in which at least k people were last heard, when the numbers last changed; NULL: '
    'silent, withheld, or no month has k of them. A month that fewer people share is never shown.';
