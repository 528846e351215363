-- Every message at a release under each name of some dimensions ($2), with its coordinates: dimension, and the name, a
-- registered one marked by =, others by ~. $1 tenant; $3 of these messages only; NULL: of all.
SELECT
    e.message_id,
    e.pair AS demand,
    e.person,
    1::smallint AS messages,
    e.reported_support,
    concat_ws(E'\x1f', e.dimension, CASE WHEN e.is_registered THEN '=' ELSE '~' END || e.name) AS coordinates
FROM entries AS e
WHERE e.tenant_id = $1
    AND e.dimension = ANY ($2::text[])
    AND ($3::uuid[] IS NULL OR e.message_id = ANY ($3))
