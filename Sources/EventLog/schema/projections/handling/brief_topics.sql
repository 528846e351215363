-- What became of briefs: new ones with their topics, those that came further, those that were dropped. $1 tenant; $2, $3 topics
-- of new briefs; $4, $5 how far briefs have come; $6 briefs dropped.
WITH dropped AS (
    DELETE FROM brief_topics AS b
    WHERE b.tenant_id = $1
        AND b.brief_id = ANY ($6::uuid[])
),
further AS (
    UPDATE brief_topics AS b
    SET stage = f.stage
    FROM unnest($4::uuid[], $5::smallint[]) AS f (brief_id, stage)
    WHERE b.tenant_id = $1
        AND b.brief_id = f.brief_id
        AND b.brief_id <> ALL ($6)
)
INSERT INTO brief_topics (tenant_id, brief_id, topic, present, stage)
SELECT $1, n.brief_id, n.topic, COALESCE(s.present, n.topic), COALESCE(f.stage, 1)
FROM unnest($2::uuid[], $3::text[]) AS n (brief_id, topic)
LEFT JOIN successors AS s
    ON s.tenant_id = $1
    AND s.topic = n.topic
LEFT JOIN unnest($4, $5) AS f (brief_id, stage)
    ON f.brief_id = n.brief_id
WHERE n.brief_id <> ALL ($6)
ORDER BY n.brief_id, n.topic
