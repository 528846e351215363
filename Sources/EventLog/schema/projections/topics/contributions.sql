-- Every demand that counts at a release, with its coordinates: its topic, - for none. $1 tenant; $2 publications ('topic');
-- $3 of these messages only; NULL: of all.
SELECT
    d.message_id,
    d.demand,
    m.person,
    CASE WHEN d.demand = 1 THEN 1 ELSE 0 END::smallint AS messages,
    CASE WHEN d.demand = 1 THEN m.reported_support ELSE 0 END AS reported_support,
    CASE WHEN d.home = '' THEN '-' ELSE d.home END AS coordinates
FROM demands AS d
JOIN messages AS m
    ON m.tenant_id = d.tenant_id
    AND m.message_id = d.message_id
WHERE d.tenant_id = $1
    AND cardinality($2::text[]) > 0
    AND NOT m.withdrawn
    AND NOT d.rejoined
    AND ($3::uuid[] IS NULL OR d.message_id = ANY ($3))
