-- The messages of demands that may have come further, or less far, because of briefs: those in topics of these briefs ($2), in
-- topics of new ones ($3), and in topics that a brief's topic left or became part of. $1 tenant.
WITH named AS (
    SELECT b.brief_id, b.present AS before, COALESCE(s.present, b.topic) AS after
    FROM brief_topics AS b
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = b.topic
    WHERE b.tenant_id = $1
),
affected AS (
    SELECT t.topic
    FROM named AS n
    CROSS JOIN LATERAL (VALUES (n.before), (n.after)) AS t (topic)
    WHERE n.before <> n.after
        OR n.brief_id = ANY ($2::uuid[])
    UNION
    SELECT COALESCE(s.present, n.topic)
    FROM unnest($3::text[]) AS n (topic)
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = n.topic
)
SELECT DISTINCT d.message_id
FROM affected AS a
JOIN demands AS d
    ON d.tenant_id = $1
    AND d.topic <> ''
    AND d.topic = a.topic
