-- The last words of a batch; NULL takes one back. $1 tenant.
WITH said AS MATERIALIZED (
    SELECT s.*
    FROM unnest($2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::integer[], $7::text[])
        AS s (message_id, demand, target, source, version, value)
),
taken AS (
    DELETE FROM words AS w
    USING said AS s
    WHERE w.tenant_id = $1
        AND w.message_id = s.message_id
        AND w.demand = s.demand
        AND w.target = s.target
        AND w.source = s.source
        AND w.version = s.version
        AND s.value IS NULL
)
INSERT INTO words (tenant_id, message_id, demand, target, source, version, value)
SELECT $1, s.message_id, s.demand, s.target, s.source, s.version, s.value
FROM said AS s
WHERE s.value IS NOT NULL
ORDER BY s.message_id, s.demand, s.target, s.source, s.version
ON CONFLICT (tenant_id, message_id, demand, target, source, version)
DO UPDATE SET value = EXCLUDED.value
