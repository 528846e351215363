-- Every demand in each of its groups at a release, with its coordinates: the group (a registered one marked by =, a name as
-- given by ~), day, category. A demand in two groups makes two contributions. $1 tenant; $2 publications ('group'); $3 of
-- these messages only; NULL: of all.
SELECT
    e.message_id,
    e.pair AS demand,
    e.person,
    e.messages,
    e.reported_support,
    concat_ws(
        E'\x1f', CASE WHEN e.is_registered THEN '=' ELSE '~' END || e.group_name, to_char(e.occurred_on, 'YYYY-MM-DD'),
        e.category
    ) AS coordinates
FROM entries AS e
WHERE e.tenant_id = $1
    AND cardinality($2::text[]) > 0
    AND ($3::uuid[] IS NULL OR e.message_id = ANY ($3))
