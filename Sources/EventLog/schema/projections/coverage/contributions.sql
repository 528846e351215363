-- Every message at a release under each name of one dimension ($2), registered names marked by =, others by ~.
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
ORDER BY e.message_id, e.pair
