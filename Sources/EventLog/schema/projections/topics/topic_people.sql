-- The known persons of every topic, at once: what count.sql keeps batch by batch. $1 tenant.
INSERT INTO topic_people (tenant_id, topic, person, demands, supports, demand_weight, support_weight)
SELECT
    $1, v.topic, v.person, count(v.wording), count(*) - count(v.wording), max(v.weight) FILTER (WHERE v.wording IS NOT NULL),
    max(v.weight) FILTER (WHERE v.wording IS NULL)
FROM voices AS v
WHERE v.tenant_id = $1
    AND v.person IS NOT NULL
GROUP BY v.topic, v.person
