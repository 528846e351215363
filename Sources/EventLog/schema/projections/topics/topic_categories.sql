-- The categories of every topic, at once: what count.sql keeps batch by batch. $1 tenant.
INSERT INTO topic_categories (tenant_id, topic, category, demands)
SELECT $1, v.topic, v.category, count(*)
FROM voices AS v
WHERE v.tenant_id = $1
    AND v.wording IS NOT NULL
GROUP BY v.topic, v.category
