-- Every message that counts at a release, with its path in the publication ($2, only 'day'), from coarse to fine.
-- $3 of these messages only; NULL: of all.
SELECT
    f.message_id,
    1::smallint AS demand,
    f.person,
    1::smallint AS messages,
    f.reported_support,
    CASE $2::text
        WHEN 'day' THEN ARRAY[to_char(f.received_on, 'YYYY-MM'), to_char(f.received_on, 'YYYY-MM-DD'), f.channel]
    END AS path
FROM facts AS f
WHERE f.tenant_id = $1
    AND NOT f.withdrawn
    AND ($3::uuid[] IS NULL OR f.message_id = ANY ($3))
ORDER BY f.message_id
