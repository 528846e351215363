-- Exact, for reviewers of the whole tenant.
CREATE OR REPLACE VIEW review.participation WITH (security_barrier) AS
SELECT
    c.received_on,
    c.channel AS channel_code,
    c.messages,
    c.people,
    c.messages_unidentified,
    k.position AS log_position,
    g.projector_version
FROM cells AS c
JOIN projections.generations AS g
    ON g.projector = 'participation'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = c.tenant_id
    AND k.generation = g.generation
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    )
    AND c.grain = 'day';

COMMENT ON VIEW review.participation IS
    'Counts of those who spoke, not of those who think so. Messages and people by channel and day received; exact and '
    'live. people are distinct within their row and must not be summed: see review.participation_by_channel and '
    'review.participation_total.';
COMMENT ON COLUMN review.participation.received_on IS 'Day of recording in the tenant''s time zone.';
COMMENT ON COLUMN review.participation.people IS 'Distinct known persons within this row; must not be summed.';

CREATE OR REPLACE VIEW review.participation_by_channel WITH (security_barrier) AS
SELECT
    c.channel AS channel_code,
    c.messages,
    c.people,
    c.messages_unidentified,
    k.position AS log_position,
    g.projector_version
FROM cells AS c
JOIN projections.generations AS g
    ON g.projector = 'participation'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = c.tenant_id
    AND k.generation = g.generation
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    )
    AND c.grain = 'channel';

COMMENT ON VIEW review.participation_by_channel IS
    'Counts of those who spoke, not of those who think so. As review.participation, all days together.';

CREATE OR REPLACE VIEW review.participation_total WITH (security_barrier) AS
SELECT
    c.messages,
    c.people,
    c.messages_unidentified,
    k.position AS log_position,
    g.projector_version
FROM cells AS c
JOIN projections.generations AS g
    ON g.projector = 'participation'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = c.tenant_id
    AND k.generation = g.generation
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    )
    AND c.grain = 'all';

COMMENT ON VIEW review.participation_total IS
    'Counts of those who spoke, not of those who think so. One row: all messages and all distinct known persons.';
SELECT projections.copy_comments('review.participation', 'review.participation_by_channel', 'review.participation_total');

-- The last release, for analysts.
CREATE OR REPLACE VIEW aggregates.participation WITH (security_barrier) AS
SELECT
    (p.path[1] || '-01')::date AS month,
    p.path[2]::date AS received_on,
    p.path[3] AS channel_code,
    p.is_withheld,
    CASE WHEN p.is_withheld THEN (ARRAY['all', 'month', 'day'])[cardinality(p.path) + 1] END AS withheld_below,
    p.messages,
    p.people,
    p.messages_unidentified,
    r.release,
    r.position AS release_position,
    r.released_at,
    r.k,
    g.projector_version
FROM published_rows AS p
JOIN publications AS r
    ON r.tenant_id = p.tenant_id
    AND r.publication = p.publication
JOIN projections.generations AS g
    ON g.projector = 'participation'
    AND g.state = 'live'
WHERE p.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND p.publication = 'day';

COMMENT ON VIEW aggregates.participation IS
    'Counts of those who spoke, not of those who think so. The last release: messages and people by day received and '
    'channel. No row stands on fewer than k people: smaller cells are pooled into rows with is_withheld = true, so '
    'the sum over all rows is the number of all messages. people must not be summed.';
COMMENT ON COLUMN aggregates.participation.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN aggregates.participation.received_on IS 'Day of recording in the tenant''s time zone; NULL in a row that pools several days.';
COMMENT ON COLUMN aggregates.participation.withheld_below IS
    'The margin whose small cells this row pools (all, month, day); NULL in a cell.';
