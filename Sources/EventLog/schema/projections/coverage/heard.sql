-- Where messages are heard, by the month in which they occurred. $1 tenant; $2 of these messages only, NULL: of all.
SELECT
    e.message_id, e.dimension, e.is_registered, e.name, COALESCE(e.person, e.message_id) AS voice,
    date_trunc('month', e.occurred_on)::date AS month
FROM entries AS e
WHERE e.tenant_id = $1
    AND ($2::uuid[] IS NULL OR e.message_id = ANY ($2))
