-- What counts at a release, with its coordinates: what, its month, and then the responsible organization (- for nobody) and
-- what came of it, or the channel; for the two roads of the funnel how far a demand has come on each. Messages count in
-- channels alone, where reported support is the number of their demands. $1 tenant; $2 publications; $3 of these messages
-- only; NULL: of all.
WITH standing AS (
    SELECT
        d.message_id, d.demand, d.person, d.phase, d.first_due_at, d.first_replied_at, d.last_replied_at,
        d.replies, d.is_judged, d.judged_at, d.is_solved, d.is_satisfied, d.topic,
        COALESCE(NULLIF(d.responsible, ''), '-') AS responsible, t.time_zone,
        CASE
            WHEN d.topic = '' THEN false
            -- Of all at once: where the planner takes one topic to hold them all, it would read all for each.
            WHEN $3::uuid[] IS NULL THEN count(*) OVER (PARTITION BY d.topic COLLATE "C") > 1
            ELSE EXISTS (
                SELECT
                FROM demands AS o
                WHERE o.tenant_id = $1
                    AND o.topic <> ''
                    AND o.topic = d.topic
                    AND NOT o.withdrawn
                    AND o.opened_position <> d.opened_position
            )
        END AS is_gathered
    FROM demands AS d
    CROSS JOIN log.tenants AS t
    WHERE d.tenant_id = $1
        AND t.tenant_id = $1
        AND cardinality($2::text[]) > 0
        AND NOT d.withdrawn
        AND ($3::uuid[] IS NULL OR d.message_id = ANY ($3))
)
SELECT
    s.message_id, s.demand, s.person, 0::smallint AS messages, 0 AS reported_support,
    concat_ws(
        E'\x1f', 'due', to_char(s.first_due_at AT TIME ZONE s.time_zone, 'YYYY-MM'), s.responsible,
        CASE
            WHEN s.first_replied_at IS NULL THEN 'unanswered'
            WHEN s.first_replied_at <= s.first_due_at THEN 'in_time'
            ELSE 'late'
        END
    ) AS coordinates
FROM standing AS s
WHERE s.first_due_at IS NOT NULL
UNION ALL
SELECT
    s.message_id, s.demand, s.person, 0::smallint, 0,
    concat_ws(
        E'\x1f', 'answered', to_char(s.last_replied_at AT TIME ZONE s.time_zone, 'YYYY-MM'), s.responsible,
        CASE WHEN s.is_judged THEN 'judged' ELSE 'not_judged' END
    )
FROM standing AS s
WHERE s.last_replied_at IS NOT NULL
UNION ALL
SELECT
    s.message_id, s.demand, s.person, 0::smallint, 0,
    concat_ws(
        E'\x1f', v.what, to_char(s.judged_at AT TIME ZONE s.time_zone, 'YYYY-MM'), s.responsible,
        CASE v.is_so WHEN true THEN 'yes' WHEN false THEN 'no' ELSE 'not_said' END
    )
FROM standing AS s
CROSS JOIN LATERAL (VALUES ('solved', s.is_solved), ('satisfied', s.is_satisfied)) AS v (what, is_so)
WHERE s.is_judged
UNION ALL
SELECT
    s.message_id, s.demand, s.person, 0::smallint, 0,
    concat_ws(
        E'\x1f', 'road',
        COALESCE(
            (
                SELECT (ARRAY['in_brief', 'delivered', 'decided'])[max(b.stage)]
                FROM brief_topics AS b
                WHERE b.tenant_id = $1
                    AND b.present = s.topic
            ),
            CASE WHEN s.is_gathered THEN 'gathered' ELSE 'received' END
        ),
        CASE
            WHEN s.is_judged AND s.is_solved THEN 'solved'
            WHEN s.replies > 0 AND s.phase <> 'open' THEN 'answered'
            WHEN s.responsible <> '-' THEN 'routed'
            ELSE 'received'
        END
    )
FROM standing AS s
UNION ALL
SELECT
    m.message_id, 1::smallint, m.person, 1::smallint,
    (
        SELECT count(*)::integer
        FROM demands AS d
        WHERE d.tenant_id = $1
            AND d.message_id = m.message_id
            AND NOT d.withdrawn
    ),
    concat_ws(E'\x1f', 'channel', to_char(m.received_at AT TIME ZONE t.time_zone, 'YYYY-MM'), m.channel)
FROM messages AS m
CROSS JOIN log.tenants AS t
WHERE m.tenant_id = $1
    AND t.tenant_id = $1
    AND cardinality($2) > 0
    AND NOT m.withdrawn
    AND ($3 IS NULL OR m.message_id = ANY ($3))
