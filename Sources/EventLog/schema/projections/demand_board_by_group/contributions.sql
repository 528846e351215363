-- Every demand in each of its groups at a release, with its path in the publication ($2, only 'group'), from coarse to
-- fine. A registered group is marked by =, a name as given by ~. A demand in two groups makes two contributions.
-- $3 of these messages only; NULL: of all.
SELECT
    e.message_id,
    e.pair AS demand,
    e.person,
    e.messages,
    e.reported_support,
    CASE $2::text
        WHEN 'group' THEN ARRAY[
            CASE WHEN e.is_registered THEN '=' ELSE '~' END || e.group_name, to_char(e.occurred_on, 'YYYY-MM'),
            e.category
        ]
    END AS path
FROM entries AS e
WHERE e.tenant_id = $1
    AND ($3::uuid[] IS NULL OR e.message_id = ANY ($3))
ORDER BY e.message_id, e.pair
