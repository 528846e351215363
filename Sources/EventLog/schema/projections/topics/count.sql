-- Counts what changed about topics. $1 tenant; $2 messages and supports, as they stand now; $3..$9 what they added to topics
-- before, as voices has it: topic, person, wording, category, occurred_at, reported_support, weight.
WITH voices_now_and_before AS (
    SELECT v.topic, v.person, v.wording, v.category, v.occurred_at, v.reported_support, v.weight, 1 AS n
    FROM voices AS v
    WHERE v.tenant_id = $1
        AND v.source = ANY ($2::uuid[])
    UNION ALL
    SELECT b.topic, b.person, b.wording, b.category, b.occurred_at, b.reported_support, b.weight::numeric, -1
    FROM unnest($3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::timestamptz[], $8::integer[], $9::text[])
        AS b (topic, person, wording, category, occurred_at, reported_support, weight)
),
changes AS MATERIALIZED (
    SELECT
        v.topic, v.person, v.wording, v.category, v.occurred_at, v.reported_support, v.weight,
        v.wording IS NOT NULL AS is_demand, sum(v.n)::integer AS n
    FROM voices_now_and_before AS v
    GROUP BY v.topic, v.person, v.wording, v.category, v.occurred_at, v.reported_support, v.weight
    HAVING sum(v.n) <> 0
),
-- Where what stood at an end went, what is left says where that is now; nothing else asks for all of a topic.
losses AS MATERIALIZED (
    SELECT c.topic, c.person, c.is_demand, c.occurred_at, c.weight
    FROM changes AS c
    GROUP BY c.topic, c.person, c.is_demand, c.occurred_at, c.weight
    HAVING sum(c.n) < 0
),
ends AS MATERIALIZED (
    SELECT DISTINCT l.topic
    FROM losses AS l
    JOIN topics AS t
        ON t.tenant_id = $1
        AND t.topic = l.topic
    WHERE l.is_demand
        AND l.occurred_at IN (t.first_at, t.last_at)
),
persons AS MATERIALIZED (
    SELECT
        c.topic, c.person,
        COALESCE(sum(c.n) FILTER (WHERE c.is_demand), 0)::integer AS demands,
        COALESCE(sum(c.n) FILTER (WHERE NOT c.is_demand), 0)::integer AS supports,
        max(c.weight) FILTER (WHERE c.is_demand AND c.n > 0) AS demand_weight,
        max(c.weight) FILTER (WHERE NOT c.is_demand AND c.n > 0) AS support_weight
    FROM changes AS c
    WHERE c.person IS NOT NULL
    GROUP BY c.topic, c.person
),
-- Those who have something left after their latest voice went.
poorer AS MATERIALIZED (
    SELECT DISTINCT l.topic, l.person
    FROM losses AS l
    JOIN topic_people AS p
        ON p.tenant_id = $1
        AND p.topic = l.topic
        AND p.person = l.person
    JOIN persons AS c
        ON c.topic = l.topic
        AND c.person = l.person
    WHERE CASE
        WHEN l.is_demand THEN l.weight = p.demand_weight AND p.demands + c.demands > 0
        ELSE l.weight = p.support_weight AND p.supports + c.supports > 0
    END
),
remaining AS MATERIALIZED (
    SELECT
        v.topic, v.person,
        max(v.weight) FILTER (WHERE v.wording IS NOT NULL) AS demand_weight,
        max(v.weight) FILTER (WHERE v.wording IS NULL) AS support_weight,
        min(v.occurred_at) FILTER (WHERE v.wording IS NOT NULL) AS first_at,
        max(v.occurred_at) FILTER (WHERE v.wording IS NOT NULL) AS last_at
    FROM voices AS v
    WHERE v.tenant_id = $1
        AND v.topic = ANY (
            ARRAY (
                SELECT e.topic
                FROM ends AS e
                UNION
                SELECT p.topic
                FROM poorer AS p
            )
        )
    GROUP BY v.topic, v.person
),
bounds AS MATERIALIZED (
    SELECT e.topic, min(r.first_at) AS first_at, max(r.last_at) AS last_at
    FROM ends AS e
    LEFT JOIN remaining AS r
        ON r.topic = e.topic
    GROUP BY e.topic
),
people AS MATERIALIZED (
    SELECT
        c.topic, c.person, COALESCE(p.demands, 0) AS old_demands, COALESCE(p.supports, 0) AS old_supports,
        COALESCE(greatest(p.demand_weight, p.support_weight), 0) AS old_weight,
        COALESCE(p.demands, 0) + c.demands AS demands, COALESCE(p.supports, 0) + c.supports AS supports,
        CASE
            WHEN COALESCE(p.demands, 0) + c.demands = 0 THEN NULL
            WHEN q.topic IS NULL THEN greatest(p.demand_weight, c.demand_weight)
            ELSE r.demand_weight
        END AS demand_weight,
        CASE
            WHEN COALESCE(p.supports, 0) + c.supports = 0 THEN NULL
            WHEN q.topic IS NULL THEN greatest(p.support_weight, c.support_weight)
            ELSE r.support_weight
        END AS support_weight
    FROM persons AS c
    LEFT JOIN topic_people AS p
        ON p.tenant_id = $1
        AND p.topic = c.topic
        AND p.person = c.person
    LEFT JOIN poorer AS q
        ON q.topic = c.topic
        AND q.person = c.person
    LEFT JOIN remaining AS r
        ON r.topic = c.topic
        AND r.person = c.person
),
by_people AS (
    SELECT
        p.topic,
        sum((p.demands > 0)::integer - (p.old_demands > 0)::integer) AS people,
        sum((p.demands > 1)::integer - (p.old_demands > 1)::integer) AS repeating,
        sum(
            (p.demands = 0 AND p.supports > 0)::integer - (p.old_demands = 0 AND p.old_supports > 0)::integer
        ) AS supporters,
        sum(COALESCE(greatest(p.demand_weight, p.support_weight), 0) - p.old_weight) AS weight
    FROM people AS p
    GROUP BY p.topic
),
wordings AS MATERIALIZED (
    SELECT
        c.topic, c.wording, COALESCE(w.demands, 0) AS old_demands,
        COALESCE(w.demands, 0) + c.demands AS demands
    FROM (
        SELECT q.topic, q.wording, sum(q.n)::integer AS demands
        FROM changes AS q
        WHERE q.is_demand
        GROUP BY q.topic, q.wording
    ) AS c
    LEFT JOIN topic_wordings AS w
        ON w.tenant_id = $1
        AND w.topic = c.topic
        AND w.wording = c.wording
),
by_wordings AS (
    SELECT w.topic, sum((w.demands > 0)::integer - (w.old_demands > 0)::integer) AS wordings
    FROM wordings AS w
    GROUP BY w.topic
),
by_topic AS MATERIALIZED (
    SELECT
        c.topic,
        COALESCE(sum(c.n) FILTER (WHERE c.is_demand), 0) AS demands,
        COALESCE(sum(c.n) FILTER (WHERE NOT c.is_demand), 0) AS supports,
        COALESCE(sum(c.n) FILTER (WHERE c.is_demand AND c.person IS NULL), 0) AS unidentified,
        COALESCE(sum(c.n) FILTER (WHERE NOT c.is_demand AND c.person IS NULL), 0) AS unidentified_supports,
        sum(c.n * c.reported_support::bigint) AS reported_support,
        COALESCE(sum(c.n * c.weight) FILTER (WHERE c.person IS NULL), 0) AS weight,
        min(c.occurred_at) FILTER (WHERE c.is_demand AND c.n > 0) AS first_at,
        max(c.occurred_at) FILTER (WHERE c.is_demand AND c.n > 0) AS last_at
    FROM changes AS c
    GROUP BY c.topic
),
categories AS MATERIALIZED (
    SELECT c.topic, c.category, sum(c.n)::integer AS demands
    FROM changes AS c
    WHERE c.is_demand
    GROUP BY c.topic, c.category
    HAVING sum(c.n) <> 0
),
leading_categories AS (
    SELECT DISTINCT ON (q.topic) q.topic, q.category
    FROM (
        SELECT u.topic, u.category, sum(u.demands) AS demands
        FROM (
            SELECT c.topic, c.category, c.demands
            FROM categories AS c
            UNION ALL
            SELECT g.topic, g.category, g.demands
            FROM topic_categories AS g
            WHERE g.tenant_id = $1
                AND g.topic = ANY (ARRAY (SELECT b.topic FROM by_topic AS b))
        ) AS u
        GROUP BY u.topic, u.category
    ) AS q
    WHERE q.demands > 0
    ORDER BY q.topic, q.demands DESC, q.category COLLATE "C"
),
kept_people AS (
    INSERT INTO topic_people AS p (tenant_id, topic, person, demands, supports, demand_weight, support_weight)
    SELECT $1, c.topic, c.person, c.demands, c.supports, c.demand_weight, c.support_weight
    FROM people AS c
    ORDER BY c.topic, c.person
    ON CONFLICT (tenant_id, topic, person) DO UPDATE
    SET demands = EXCLUDED.demands,
        supports = EXCLUDED.supports,
        demand_weight = EXCLUDED.demand_weight,
        support_weight = EXCLUDED.support_weight
),
kept_wordings AS (
    INSERT INTO topic_wordings AS w (tenant_id, topic, wording, demands)
    SELECT $1, c.topic, c.wording, c.demands
    FROM wordings AS c
    ORDER BY c.topic, c.wording
    ON CONFLICT (tenant_id, topic, wording) DO UPDATE
    SET demands = EXCLUDED.demands
),
kept_categories AS (
    INSERT INTO topic_categories AS g (tenant_id, topic, category, demands)
    SELECT $1, c.topic, c.category, c.demands
    FROM categories AS c
    ORDER BY c.topic, c.category
    ON CONFLICT (tenant_id, topic, category) DO UPDATE
    SET demands = g.demands + EXCLUDED.demands
)
INSERT INTO topics AS t (
    tenant_id, topic, category, demands, people, unidentified, wordings, repeating_people, supports, supporters,
    reported_support, first_at, last_at, people_weight
)
SELECT
    $1, c.topic, COALESCE(g.category, ''), COALESCE(o.demands, 0) + c.demands, COALESCE(o.people, 0) + COALESCE(p.people, 0),
    COALESCE(o.unidentified, 0) + c.unidentified, COALESCE(o.wordings, 0) + COALESCE(w.wordings, 0),
    COALESCE(o.repeating_people, 0) + COALESCE(p.repeating, 0), COALESCE(o.supports, 0) + c.supports,
    COALESCE(o.supporters, 0) + COALESCE(p.supporters, 0) + c.unidentified_supports,
    COALESCE(o.reported_support, 0) + c.reported_support,
    CASE WHEN b.topic IS NULL THEN least(o.first_at, c.first_at) ELSE b.first_at END,
    CASE WHEN b.topic IS NULL THEN greatest(o.last_at, c.last_at) ELSE b.last_at END,
    COALESCE(o.people_weight, 0) + c.weight + COALESCE(p.weight, 0)
FROM by_topic AS c
LEFT JOIN topics AS o
    ON o.tenant_id = $1
    AND o.topic = c.topic
LEFT JOIN by_people AS p
    ON p.topic = c.topic
LEFT JOIN by_wordings AS w
    ON w.topic = c.topic
LEFT JOIN leading_categories AS g
    ON g.topic = c.topic
LEFT JOIN bounds AS b
    ON b.topic = c.topic
ORDER BY c.topic
ON CONFLICT (tenant_id, topic) DO UPDATE
SET category = EXCLUDED.category,
    demands = EXCLUDED.demands,
    people = EXCLUDED.people,
    unidentified = EXCLUDED.unidentified,
    wordings = EXCLUDED.wordings,
    repeating_people = EXCLUDED.repeating_people,
    supports = EXCLUDED.supports,
    supporters = EXCLUDED.supporters,
    reported_support = EXCLUDED.reported_support,
    first_at = EXCLUDED.first_at,
    last_at = EXCLUDED.last_at,
    people_weight = EXCLUDED.people_weight
