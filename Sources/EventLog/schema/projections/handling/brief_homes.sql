-- Topics of briefs that are part of other topics now. $1 tenant.
UPDATE brief_topics AS b
SET present = n.present
FROM (
    SELECT q.brief_id, q.topic, COALESCE(s.present, q.topic) AS present
    FROM brief_topics AS q
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = q.topic
    WHERE q.tenant_id = $1
) AS n
WHERE b.tenant_id = $1
    AND b.brief_id = n.brief_id
    AND b.topic = n.topic
    AND b.present <> n.present
