-- Puts demands into the topics where they belong now: those of these messages ($2), those that a finder placed in these
-- topics, or that a reviewer put into them ($3), and those at these positions ($4). $1 tenant.
WITH touched AS MATERIALIZED (
    SELECT d.message_id, d.demand, d.opened_position, d.link, d.rejoined
    FROM demands AS d
    WHERE d.tenant_id = $1
        AND d.message_id = ANY ($2::uuid[])
    UNION
    SELECT d.message_id, d.demand, d.opened_position, d.link, d.rejoined
    FROM demands AS d
    WHERE d.tenant_id = $1
        AND d.link <> ''
        AND d.link = ANY ($3::text[])
    UNION
    SELECT d.message_id, d.demand, d.opened_position, d.link, d.rejoined
    FROM demands AS d
    WHERE d.tenant_id = $1
        AND d.opened_position = ANY ($4::bigint[])
    UNION
    SELECT d.message_id, d.demand, d.opened_position, d.link, d.rejoined
    FROM moves AS v
    JOIN demands AS d
        ON d.tenant_id = v.tenant_id
        AND d.opened_position = v.position
    WHERE v.tenant_id = $1
        AND v.topic = ANY ($3::text[])
),
placed AS MATERIALIZED (
    SELECT t.message_id, t.demand, CASE WHEN t.rejoined THEN '' ELSE COALESCE(s.present, v.topic, t.link) END AS topic
    FROM touched AS t
    LEFT JOIN moves AS v
        ON v.tenant_id = $1
        AND v.position = t.opened_position
        AND t.link <> ''
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = COALESCE(v.topic, t.link)
)
UPDATE demands AS d
SET topic = p.topic
FROM placed AS p
WHERE d.tenant_id = $1
    AND d.message_id = p.message_id
    AND d.demand = p.demand
    AND d.topic <> p.topic
