-- Every message at a release under each name of one dimension ($2), registered names marked by =, others by ~.
-- $3 of these messages only; NULL: of all.
SELECT
    e.message_id,
    e.pair AS demand,
    e.person,
    1::smallint AS messages,
    e.reported_support,
    ARRAY[CASE WHEN e.is_registered THEN '=' ELSE '~' END || e.name] AS path
FROM entries AS e
WHERE e.tenant_id = $1
    AND e.dimension = $2::text
    AND ($3::uuid[] IS NULL OR e.message_id = ANY ($3))
ORDER BY e.message_id, e.pair
