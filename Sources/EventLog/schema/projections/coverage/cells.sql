-- Counts every entry, into cells that are empty: what apply.sql adds up batch by batch. $1 tenant.
WITH voices AS (
    SELECT e.dimension, e.is_registered, e.name, e.person, count(*)::integer AS messages
    FROM entries AS e
    WHERE e.tenant_id = $1
    GROUP BY e.dimension, e.is_registered, e.name, e.person
)
INSERT INTO cells (tenant_id, dimension, is_registered, name, messages, people, messages_unidentified)
SELECT
    $1, v.dimension, v.is_registered, v.name, sum(v.messages), count(v.person),
    COALESCE(sum(v.messages) FILTER (WHERE v.person IS NULL), 0)
FROM voices AS v
GROUP BY v.dimension, v.is_registered, v.name
