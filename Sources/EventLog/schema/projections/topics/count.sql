-- Counts topics anew. $1 tenant; $2 the topics, each once.
WITH voices AS MATERIALIZED (
    SELECT
        d.home AS topic, d.position, d.category, COALESCE(d.same_wording_as, d.position) AS wording, m.person, m.occurred_at,
        CASE WHEN d.demand = 1 THEN m.reported_support ELSE 0 END AS support
    FROM demands AS d
    JOIN messages AS m
        ON m.tenant_id = d.tenant_id
        AND m.message_id = d.message_id
    WHERE d.tenant_id = $1
        AND d.home <> ''
        AND d.home = ANY ($2::text[])
        AND NOT m.withdrawn
),
people AS (
    SELECT v.topic, v.person, count(*) AS demands, max(v.occurred_at) AS latest
    FROM voices AS v
    WHERE v.person IS NOT NULL
    GROUP BY v.topic, v.person
),
supports AS MATERIALIZED (
    SELECT t.topic, u.person, u.supported_at
    FROM unnest($2::text[]) AS t (topic)
    JOIN supports AS u
        ON u.tenant_id = $1
        AND (
            u.topic = t.topic
            OR u.topic IN (
                SELECT s.topic
                FROM successors AS s
                WHERE s.tenant_id = $1
                    AND s.present = t.topic
            )
        )
),
supporters AS (
    SELECT s.topic, count(DISTINCT s.person) FILTER (WHERE p.person IS NULL) + count(*) FILTER (WHERE s.person IS NULL) AS supporters
    FROM supports AS s
    LEFT JOIN people AS p
        ON p.topic = s.topic
        AND p.person = s.person
    GROUP BY s.topic
),
latest AS (
    SELECT q.topic, max(q.latest) AS latest
    FROM (
        SELECT p.topic, p.person, p.latest
        FROM people AS p
        UNION ALL
        SELECT s.topic, s.person, s.supported_at
        FROM supports AS s
        WHERE s.person IS NOT NULL
    ) AS q
    GROUP BY q.topic, q.person
    UNION ALL
    SELECT v.topic, v.occurred_at
    FROM voices AS v
    WHERE v.person IS NULL
    UNION ALL
    SELECT s.topic, s.supported_at
    FROM supports AS s
    WHERE s.person IS NULL
),
weights AS (
    SELECT
        l.topic,
        sum(
            power(2::double precision, extract(epoch FROM l.latest - '2020-01-01Z'::timestamptz)::double precision / 2592000)
            ORDER BY l.latest
        ) AS weight
    FROM latest AS l
    GROUP BY l.topic
),
known AS (
    SELECT p.topic, count(*)::integer AS people, (count(*) FILTER (WHERE p.demands > 1))::integer AS repeating
    FROM people AS p
    GROUP BY p.topic
),
categories AS (
    SELECT DISTINCT ON (c.topic) c.topic, c.category
    FROM (
        SELECT v.topic, v.category, count(*) AS demands
        FROM voices AS v
        GROUP BY v.topic, v.category
    ) AS c
    ORDER BY c.topic, c.demands DESC, c.category COLLATE "C"
),
counted AS (
    SELECT
        v.topic, count(*)::integer AS demands, (count(*) FILTER (WHERE v.person IS NULL))::integer AS unidentified,
        count(DISTINCT v.wording)::integer AS wordings, sum(v.support)::bigint AS support, min(v.occurred_at) AS first_at,
        max(v.occurred_at) AS last_at
    FROM voices AS v
    GROUP BY v.topic
),
gone AS (
    DELETE FROM topics AS t
    WHERE t.tenant_id = $1
        AND t.topic = ANY ($2::text[])
        AND NOT EXISTS (
            SELECT
            FROM counted AS c
            WHERE c.topic = t.topic
        )
)
INSERT INTO topics AS t (
    tenant_id, topic, category, demands, people, unidentified, wordings, repeating_people, supporters, reported_support,
    first_at, last_at, people_weight
)
SELECT
    $1, c.topic, g.category, c.demands, COALESCE(k.people, 0), c.unidentified, c.wordings, COALESCE(k.repeating, 0),
    COALESCE(u.supporters, 0)::integer, c.support, c.first_at, c.last_at, w.weight
FROM counted AS c
JOIN categories AS g
    ON g.topic = c.topic
JOIN weights AS w
    ON w.topic = c.topic
LEFT JOIN known AS k
    ON k.topic = c.topic
LEFT JOIN supporters AS u
    ON u.topic = c.topic
ORDER BY c.topic
ON CONFLICT (tenant_id, topic)
DO UPDATE SET
    category = EXCLUDED.category,
    demands = EXCLUDED.demands,
    people = EXCLUDED.people,
    unidentified = EXCLUDED.unidentified,
    wordings = EXCLUDED.wordings,
    repeating_people = EXCLUDED.repeating_people,
    supporters = EXCLUDED.supporters,
    reported_support = EXCLUDED.reported_support,
    first_at = EXCLUDED.first_at,
    last_at = EXCLUDED.last_at,
    people_weight = EXCLUDED.people_weight
