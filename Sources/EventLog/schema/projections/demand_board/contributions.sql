-- Every demand that counts at a release, with its coordinates: day, the week's first day, category, organization, place
-- (a registered one marked by =, one as given by ~), channel. $1 tenant; $2 publications, which all count the same; $3 of
-- these messages only; NULL: of all.
SELECT
    f.message_id,
    f.demand,
    f.person,
    (f.demand = 1)::integer::smallint AS messages,
    f.reported_support,
    concat_ws(
        E'\x1f', to_char(f.occurred_on, 'YYYY-MM-DD'), to_char(date_trunc('week', f.occurred_on), 'YYYY-MM-DD'),
        f.category, f.organization,
        CASE WHEN f.place_registered THEN '=' WHEN f.place <> '' THEN '~' ELSE '' END || f.place, f.channel
    ) AS coordinates
FROM facts AS f
WHERE f.tenant_id = $1
    AND cardinality($2::text[]) > 0
    AND NOT f.withdrawn
    AND ($3::uuid[] IS NULL OR f.message_id = ANY ($3))
