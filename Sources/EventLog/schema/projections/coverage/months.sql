-- Of each name whose numbers a release changed, the latest month in which at least k people were last heard under it. Names
-- are numbered, because to sort thousands of voices by texts costs more than all else. $1 tenant; $2 release; $3 k.
WITH changed AS MATERIALIZED (
    SELECT
        row_number() OVER () AS number, p.publication AS dimension, p.path[1] LIKE '=%' AS is_registered,
        substr(p.path[1], 2) AS name
    FROM published_rows AS p
    WHERE p.tenant_id = $1
        AND p.release = $2::integer
        AND p.publication <> 'names'
        AND NOT p.is_withheld
),
voices AS (
    SELECT c.number, date_trunc('month', max(e.occurred_on))::date AS month
    FROM changed AS c
    JOIN entries AS e
        ON e.tenant_id = $1
        AND e.dimension = c.dimension
        AND e.is_registered = c.is_registered
        AND e.name = c.name
    GROUP BY c.number, COALESCE(e.person, e.message_id)
),
shared AS (
    SELECT v.number, v.month
    FROM voices AS v
    GROUP BY v.number, v.month
    HAVING count(*) >= $3::integer
),
latest AS MATERIALIZED (
    SELECT s.number, max(s.month) AS month
    FROM shared AS s
    GROUP BY s.number
)
SELECT c.dimension, c.is_registered, c.name, l.month
FROM changed AS c
JOIN latest AS l
    ON l.number = c.number
