-- Every demand that counts at a release, with its path in one publication ($2), from coarse to fine. A registered
-- place is marked by =, a place as given by ~. $3 of these messages only; NULL: of all.
SELECT
    f.message_id,
    f.demand,
    f.person,
    (f.demand = 1)::integer::smallint AS messages,
    f.reported_support,
    CASE $2::text
        WHEN 'month' THEN ARRAY[
            to_char(f.occurred_on, 'YYYY-MM'), f.category, f.organization,
            CASE WHEN f.place_registered THEN '=' WHEN f.place <> '' THEN '~' ELSE '' END || f.place, f.channel
        ]
        WHEN 'week' THEN ARRAY[to_char(date_trunc('week', f.occurred_on), 'YYYY-MM-DD'), f.category]
        WHEN 'day' THEN ARRAY[to_char(f.occurred_on, 'YYYY-MM'), to_char(f.occurred_on, 'YYYY-MM-DD')]
    END AS path
FROM facts AS f
WHERE f.tenant_id = $1
    AND NOT f.withdrawn
    AND ($3::uuid[] IS NULL OR f.message_id = ANY ($3))
ORDER BY f.message_id, f.demand
