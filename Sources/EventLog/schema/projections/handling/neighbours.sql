-- The messages of demands that may be alone in their topic now, or no longer, because of what others do: those of topics that
-- these messages' demands leave or enter, where no two demands stay as they were. $1 tenant; $2 messages; $3, $4 demands of
-- the batch: where they were opened, and in which topic the finder placed them.
WITH affected AS (
    SELECT d.topic
    FROM demands AS d
    WHERE d.tenant_id = $1
        AND d.message_id = ANY ($2::uuid[])
    UNION
    SELECT COALESCE(s.present, v.topic, d.link)
    FROM demands AS d
    LEFT JOIN moves AS v
        ON v.tenant_id = $1
        AND v.position = d.opened_position
        AND d.link <> ''
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = COALESCE(v.topic, d.link)
    WHERE d.tenant_id = $1
        AND d.message_id = ANY ($2)
    UNION
    SELECT COALESCE(s.present, v.topic, b.link)
    FROM unnest($3::bigint[], $4::text[]) AS b (position, link)
    LEFT JOIN moves AS v
        ON v.tenant_id = $1
        AND v.position = b.position
        AND b.link <> ''
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = COALESCE(v.topic, b.link)
)
SELECT m.messages[1]
FROM affected AS a
CROSS JOIN LATERAL (
    SELECT array_agg(q.message_id) AS messages
    FROM (
        SELECT d.message_id
        FROM demands AS d
        WHERE d.tenant_id = $1
            AND d.topic <> ''
            AND d.topic = a.topic
            AND NOT d.withdrawn
            AND d.message_id <> ALL ($2)
        LIMIT 2
    ) AS q
) AS m
WHERE a.topic <> ''
    AND cardinality(m.messages) = 1
