-- The topics of briefs follow their state. $1 tenant; $2 briefs; $3 states, NULL: as it was.
UPDATE brief_topics AS t
SET state = c.state
FROM unnest($2::uuid[], $3::text[]) AS c (brief_id, state)
WHERE t.tenant_id = $1
    AND t.brief_id = c.brief_id
    AND t.state <> c.state
