-- Exact, for reviewers of the whole tenant.
CREATE OR REPLACE VIEW review.hours_of_the_day WITH (security_barrier) AS
SELECT
    c.hour,
    c.channel AS channel_code,
    c.messages,
    k.position AS log_position,
    g.projector_version
FROM cells AS c
JOIN projections.generations AS g
    ON g.projector = 'hours_of_the_day'
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
    );

COMMENT ON VIEW review.hours_of_the_day IS
    'Counts of those who spoke, not of those who think so. Messages by hour of the day and channel; exact and live.';
COMMENT ON COLUMN review.hours_of_the_day.hour IS 'Hour of recording in the tenant''s time zone, from 0 to 23.';
