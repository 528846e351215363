-- Which models are in use after a batch: of each target the one activated last, unless that was taken back; and those that run
-- beside it. $1 tenant; $2..$5 what happened, in order.
WITH uses AS MATERIALIZED (
    SELECT u.ordinal, u.what, u.model, COALESCE(u.target, m.target) AS target, u.threshold
    FROM unnest($2::text[], $3::integer[], $4::text[], $5::integer[]) WITH ORDINALITY
        AS u (what, model, target, threshold, ordinal)
    LEFT JOIN models AS m
        ON m.tenant_id = $1
        AND m.model = u.model
),
active AS MATERIALIZED (
    SELECT DISTINCT ON (u.target) u.target, u.model, u.threshold
    FROM uses AS u
    WHERE u.what <> 'attempted'
        AND u.target IS NOT NULL
    ORDER BY u.target, u.ordinal DESC
),
beside AS MATERIALIZED (
    SELECT DISTINCT ON (u.model) u.model, u.threshold
    FROM uses AS u
    WHERE u.what = 'attempted'
    ORDER BY u.model, u.ordinal DESC
)
UPDATE models AS m
SET active_threshold = CASE WHEN a.target IS NULL THEN m.active_threshold WHEN a.model = m.model THEN a.threshold END,
    beside_threshold = COALESCE(b.threshold, m.beside_threshold)
FROM models AS q
LEFT JOIN active AS a
    ON a.target = q.target
LEFT JOIN beside AS b
    ON b.model = q.model
WHERE m.tenant_id = $1
    AND q.tenant_id = $1
    AND m.model = q.model
    AND (a.target IS NOT NULL OR b.model IS NOT NULL)
