-- Takes away what nobody stands for any more. $1 tenant; $2 and $3 topics and persons, $2 and $4 topics and wordings, $2 and
-- $5 topics and categories that lost something.
WITH lost AS MATERIALIZED (
    SELECT DISTINCT l.topic, l.person, l.wording, l.category
    FROM unnest($2::text[], $3::uuid[], $4::bigint[], $5::text[]) AS l (topic, person, wording, category)
),
persons AS (
    DELETE FROM topic_people AS p
    USING lost AS l
    WHERE p.tenant_id = $1
        AND p.topic = l.topic
        AND p.person = l.person
        AND p.demands = 0
        AND p.supports = 0
),
wordings AS (
    DELETE FROM topic_wordings AS w
    USING lost AS l
    WHERE w.tenant_id = $1
        AND w.topic = l.topic
        AND w.wording = l.wording
        AND w.demands = 0
),
categories AS (
    DELETE FROM topic_categories AS g
    USING lost AS l
    WHERE g.tenant_id = $1
        AND g.topic = l.topic
        AND g.category = l.category
        AND g.demands = 0
)
DELETE FROM topics AS t
USING lost AS l
WHERE t.tenant_id = $1
    AND t.topic = l.topic
    AND t.demands = 0
    AND t.supports = 0
