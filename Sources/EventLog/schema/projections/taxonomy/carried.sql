-- Demands as the last word on their category leaves them: those that a version changed have a row. $1 tenant; $2..$9 demands,
-- with nothing but their place where something else was said; $10 messages withdrawn.
WITH said AS (
    SELECT *
    FROM unnest(
        $2::uuid[], $3::smallint[], $4::bigint[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::boolean[]
    ) AS s (message_id, demand, position, version, former, category, said_by, undecided)
),
gone AS (
    DELETE FROM carried AS c
    WHERE c.tenant_id = $1
        AND c.message_id = ANY ($2::uuid[] || $10::uuid[])
        AND (
            c.message_id = ANY ($10)
            OR EXISTS (
                SELECT
                FROM said AS s
                WHERE s.message_id = c.message_id
                    AND s.demand = c.demand
                    AND s.version IS NULL
            )
        )
)
INSERT INTO carried AS c (
    tenant_id, message_id, demand, position, version, former, category, said_by, undecided
)
SELECT $1, s.message_id, s.demand, s.position, s.version, s.former, s.category, s.said_by, s.undecided
FROM said AS s
WHERE s.version IS NOT NULL
    AND s.message_id <> ALL ($10)
ORDER BY s.message_id, s.demand
ON CONFLICT (tenant_id, message_id, demand)
DO UPDATE SET
    position = EXCLUDED.position,
    version = EXCLUDED.version,
    former = EXCLUDED.former,
    category = EXCLUDED.category,
    said_by = EXCLUDED.said_by,
    undecided = EXCLUDED.undecided
