-- Of each name whose numbers a release changed, the latest month in which at least k people were last heard under it. $1
-- tenant; $2 release; $3 k.
WITH changed AS (
    SELECT p.publication AS dimension, p.path[1] LIKE '=%' AS is_registered, substr(p.path[1], 2) AS name
    FROM published_rows AS p
    WHERE p.tenant_id = $1
        AND p.release = $2::integer
        AND p.publication <> 'names'
        AND NOT p.is_withheld
),
voices AS (
    SELECT
        e.dimension, e.is_registered, e.name,
        date_trunc('month', max(e.occurred_on))::date AS month
    FROM changed AS c
    JOIN entries AS e
        ON e.tenant_id = $1
        AND e.dimension = c.dimension
        AND e.is_registered = c.is_registered
        AND e.name = c.name
    GROUP BY e.dimension, e.is_registered, e.name, COALESCE(e.person, e.message_id)
)
SELECT DISTINCT ON (v.dimension, v.is_registered, v.name)
    v.dimension, v.is_registered, v.name, v.month
FROM voices AS v
GROUP BY v.dimension, v.is_registered, v.name, v.month
HAVING count(*) >= $3::integer
ORDER BY v.dimension, v.is_registered, v.name, v.month DESC
