-- Every message that counts at a release, with its path in the publication ($2, only 'day'), from coarse to fine.
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
ORDER BY f.message_id
