-- Paths of one tree ($2) of a tenant ($1), computed from its entries alone: the same however events were batched.
-- Entries that no top leads to (their parents come with a later batch) stand alone until then.
WITH RECURSIVE tree AS (
    SELECT e.code, ARRAY[e.code] AS path
    FROM entries AS e
    WHERE e.tenant_id = $1
        AND e.registry = $2
        AND e.parent IS NULL
    UNION ALL
    SELECT e.code, t.path || e.code
    FROM tree AS t
    JOIN entries AS e
        ON e.tenant_id = $1
        AND e.registry = $2
        AND e.parent = t.code
)
UPDATE entries AS e
SET path = p.path
FROM (
    SELECT o.code, COALESCE(t.path, ARRAY[o.code]) AS path
    FROM entries AS o
    LEFT JOIN tree AS t
        ON t.code = o.code
    WHERE o.tenant_id = $1
        AND o.registry = $2
) AS p
WHERE e.tenant_id = $1
    AND e.registry = $2
    AND e.code = p.code
    AND e.path <> p.path
