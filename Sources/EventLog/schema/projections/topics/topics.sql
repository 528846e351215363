-- Every topic, out of its people, wordings and categories: what count.sql keeps batch by batch. $1 tenant.
INSERT INTO topics (
    tenant_id, topic, category, demands, people, unidentified, wordings, repeating_people, supports, supporters,
    reported_support, first_at, last_at, people_weight
)
SELECT
    $1, v.topic, COALESCE(g.category, ''), v.demands, COALESCE(p.people, 0), v.unidentified, COALESCE(w.wordings, 0),
    COALESCE(p.repeating, 0), v.supports, COALESCE(p.supporters, 0) + v.unidentified_supports, v.reported_support, v.first_at,
    v.last_at, v.weight + COALESCE(p.weight, 0)
FROM (
    SELECT
        q.topic, count(q.wording) AS demands, count(*) - count(q.wording) AS supports,
        count(q.wording) FILTER (WHERE q.person IS NULL) AS unidentified,
        count(*) FILTER (WHERE q.person IS NULL AND q.wording IS NULL) AS unidentified_supports,
        sum(q.reported_support) AS reported_support,
        min(q.occurred_at) FILTER (WHERE q.wording IS NOT NULL) AS first_at,
        max(q.occurred_at) FILTER (WHERE q.wording IS NOT NULL) AS last_at,
        COALESCE(sum(q.weight) FILTER (WHERE q.person IS NULL), 0) AS weight
    FROM voices AS q
    WHERE q.tenant_id = $1
    GROUP BY q.topic
) AS v
LEFT JOIN (
    SELECT
        q.topic, count(*) FILTER (WHERE q.demands > 0) AS people, count(*) FILTER (WHERE q.demands > 1) AS repeating,
        count(*) FILTER (WHERE q.demands = 0) AS supporters, sum(greatest(q.demand_weight, q.support_weight)) AS weight
    FROM topic_people AS q
    WHERE q.tenant_id = $1
    GROUP BY q.topic
) AS p
    ON p.topic = v.topic
LEFT JOIN (
    SELECT q.topic, count(*) AS wordings
    FROM topic_wordings AS q
    WHERE q.tenant_id = $1
    GROUP BY q.topic
) AS w
    ON w.topic = v.topic
LEFT JOIN (
    SELECT DISTINCT ON (q.topic) q.topic, q.category
    FROM topic_categories AS q
    WHERE q.tenant_id = $1
    ORDER BY q.topic, q.demands DESC, q.category COLLATE "C"
) AS g
    ON g.topic = v.topic
