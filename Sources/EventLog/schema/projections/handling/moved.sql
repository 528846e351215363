-- The messages of demands that go to another topic since these lead elsewhere ($2), or since these demands were moved ($3).
-- $1 tenant.
SELECT d.message_id
FROM demands AS d
WHERE d.tenant_id = $1
    AND d.link <> ''
    AND d.link = ANY ($2::text[])
UNION
SELECT d.message_id
FROM demands AS d
WHERE d.tenant_id = $1
    AND d.opened_position = ANY ($3::bigint[])
UNION
SELECT d.message_id
FROM moves AS v
JOIN demands AS d
    ON d.tenant_id = v.tenant_id
    AND d.opened_position = v.position
WHERE v.tenant_id = $1
    AND v.topic = ANY ($2)
