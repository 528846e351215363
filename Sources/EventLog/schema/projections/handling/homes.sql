-- Puts the demands of these messages into the topics that hold them now: those that an operation moved. $1 tenant; $2 messages.
WITH placed AS MATERIALIZED (
    SELECT d.message_id, d.demand, CASE WHEN d.rejoined THEN '' ELSE COALESCE(s.present, v.topic, d.link) END AS topic
    FROM demands AS d
    LEFT JOIN moves AS v
        ON v.tenant_id = $1
        AND v.position = d.opened_position
        AND d.link <> ''
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = COALESCE(v.topic, d.link)
    WHERE d.tenant_id = $1
        AND d.message_id = ANY ($2::uuid[])
)
UPDATE demands AS d
SET topic = p.topic
FROM placed AS p
WHERE d.tenant_id = $1
    AND d.message_id = p.message_id
    AND d.demand = p.demand
    AND d.topic <> p.topic
