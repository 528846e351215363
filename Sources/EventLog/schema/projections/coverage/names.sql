-- What releases say of each name besides its numbers, written after them. $1 tenant; $2 the first of these releases;
-- $3..$6 the month to show for each name whose numbers they changed (months.sql); $7, $8 registered names that were heard by
-- one of them. Once heard, a name is never called silent again: the step back would show that somebody withdrew.
WITH registered AS (
    SELECT r.domain AS dimension, r.code AS name, r.is_retired
    FROM registered_names AS r
    WHERE r.tenant_id = $1
        AND r.domain IN ('channel', 'place', 'group')
        AND r.merged_into IS NULL
    UNION
    SELECT 'channel', c.channel, false
    FROM log.tenants AS t
    CROSS JOIN LATERAL unnest(t.channels) AS c (channel)
    WHERE t.tenant_id = $1
        AND NOT EXISTS (
            SELECT
            FROM registered_names AS r
            WHERE r.tenant_id = $1
                AND r.domain = 'channel'
                AND r.code = c.channel
        )
),
months AS (
    SELECT m.dimension, m.is_registered, m.name, m.month
    FROM unnest($3::text[], $4::boolean[], $5::text[], $6::date[]) AS m (dimension, is_registered, name, month)
),
heard AS (
    SELECT DISTINCT h.dimension, h.name
    FROM unnest($7::text[], $8::text[]) AS h (dimension, name)
),
shown AS (
    SELECT p.publication AS dimension, p.path[1] LIKE '=%' AS is_registered, substr(p.path[1], 2) AS name, p.release
    FROM published_rows AS p
    WHERE p.tenant_id = $1
        AND NOT p.is_withheld
),
said AS (
    SELECT
        COALESCE(r.dimension, s.dimension) AS dimension,
        COALESCE(s.is_registered, true) AS is_registered,
        COALESCE(r.name, s.name) AS name,
        s.name IS NULL AND c.name IS NULL AND h.name IS NULL AND COALESCE(b.is_silent, true) AS is_silent,
        CASE
            WHEN s.release >= $2::integer THEN m.month
            WHEN s.name IS NOT NULL THEN b.last_heard_month
        END AS last_heard_month
    FROM registered AS r
    FULL JOIN shown AS s
        ON s.dimension = r.dimension
        AND s.name = r.name
        AND s.is_registered
    LEFT JOIN cells AS c
        ON c.tenant_id = $1
        AND c.dimension = r.dimension
        AND c.is_registered
        AND c.name = r.name
    LEFT JOIN published_names AS b
        ON b.tenant_id = $1
        AND b.dimension = COALESCE(r.dimension, s.dimension)
        AND b.is_registered = COALESCE(s.is_registered, true)
        AND b.name = COALESCE(r.name, s.name)
    LEFT JOIN heard AS h
        ON h.dimension = r.dimension
        AND h.name = r.name
    LEFT JOIN months AS m
        ON m.dimension = s.dimension
        AND m.is_registered = s.is_registered
        AND m.name = s.name
    WHERE NOT COALESCE(r.is_retired, false)
        OR s.name IS NOT NULL
        OR c.name IS NOT NULL
        OR h.name IS NOT NULL
        OR NOT COALESCE(b.is_silent, true)
),
gone AS (
    DELETE FROM published_names AS b
    WHERE b.tenant_id = $1
        AND NOT EXISTS (
            SELECT
            FROM said AS s
            WHERE s.dimension = b.dimension
                AND s.is_registered = b.is_registered
                AND s.name = b.name
        )
)
INSERT INTO published_names AS b (tenant_id, dimension, name, is_registered, is_silent, last_heard_month)
SELECT $1, s.dimension, s.name, s.is_registered, s.is_silent, s.last_heard_month
FROM said AS s
ORDER BY s.dimension, s.is_registered, s.name
ON CONFLICT (tenant_id, dimension, is_registered, name)
DO UPDATE SET
    is_silent = EXCLUDED.is_silent,
    last_heard_month = EXCLUDED.last_heard_month
