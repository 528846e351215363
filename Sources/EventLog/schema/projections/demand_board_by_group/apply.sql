-- Counts messages anew that changed, or whose names lead elsewhere now: minus what stood, plus what stands.
-- OFFSET 0 keeps the look-ups by key: without statistics, as in a new generation, the planner would compare all with all.
-- $1 tenant; $2 messages.
WITH gone AS (
    DELETE FROM entries
    WHERE tenant_id = $1
        AND message_id = ANY ($2::uuid[])
    RETURNING *
),
present AS (
    SELECT DISTINCT ON (d.message_id, d.demand, group_name, is_registered)
        d.message_id, d.demand, ((d.demand - 1) * 64 + l.ordinal)::smallint AS pair,
        COALESCE(g.code, l.name) AS group_name, g.code IS NOT NULL AS is_registered,
        CASE WHEN g.code IS NULL THEN l.ties ELSE '' END AS ties, l.asserted_by,
        d.category, d.kind, m.organization,
        COALESCE(p.code, CASE WHEN d.sets_place THEN d.place ELSE m.place END) AS place,
        p.code IS NOT NULL AS place_registered, m.occurred_on, m.person, m.reported_support
    FROM messages AS m
    CROSS JOIN LATERAL (
        SELECT q.*
        FROM demands AS q
        WHERE q.tenant_id = $1
            AND q.message_id = m.message_id
        OFFSET 0
    ) AS d
    CROSS JOIN LATERAL (
        SELECT q.*
        FROM named_groups AS q
        WHERE q.tenant_id = $1
            AND q.message_id = m.message_id
            AND q.demand = CASE WHEN d.sets_groups THEN d.demand ELSE 0 END
        OFFSET 0
    ) AS l
    LEFT JOIN resolved_names AS g
        ON g.tenant_id = $1
        AND g.domain = 'group'
        AND g.name_key = l.name_key
    LEFT JOIN resolved_names AS p
        ON p.tenant_id = $1
        AND p.domain = 'place'
        AND p.name_key = CASE WHEN d.sets_place THEN d.place_key ELSE m.place_key END
    WHERE m.tenant_id = $1
        AND m.message_id = ANY ($2::uuid[])
        AND NOT m.withdrawn
    ORDER BY d.message_id, d.demand, group_name, is_registered, l.ordinal
),
come AS (
    INSERT INTO entries (
        tenant_id, message_id, demand, pair, group_name, is_registered, ties, asserted_by, category, kind, organization,
        place, place_registered, occurred_on, person, messages, reported_support
    )
    SELECT
        $1, p.message_id, p.demand, p.pair, p.group_name, p.is_registered, p.ties, p.asserted_by, p.category, p.kind,
        p.organization, p.place, p.place_registered, p.occurred_on, p.person, p.is_first::integer::smallint,
        CASE WHEN p.is_first THEN p.reported_support ELSE 0 END
    FROM (
        SELECT
            q.*,
            q.demand = min(q.demand) OVER (PARTITION BY q.message_id, q.group_name, q.is_registered) AS is_first
        FROM present AS q
    ) AS p
    RETURNING *
),
signed AS (
    SELECT -1 AS sign, g.* FROM gone AS g
    UNION ALL
    SELECT 1, c.* FROM come AS c
),
grains AS (
    SELECT
        md5(
            concat_ws(
                E'\x1f', g.grain, g.period, s.group_name, s.is_registered, g.ties, g.asserted_by, g.category, g.kind,
                g.organization, g.place, g.place_registered
            )
        )::uuid AS cell,
        g.*, s.sign, s.group_name, s.is_registered, s.person, s.messages, s.reported_support
    FROM signed AS s
    CROSS JOIN LATERAL (
        VALUES
            (
                'day', s.occurred_on, s.ties, s.asserted_by, s.category, s.kind, s.organization, s.place,
                s.place_registered
            ),
            (
                'month', date_trunc('month', s.occurred_on)::date, s.ties, s.asserted_by, s.category, s.kind,
                s.organization, s.place, s.place_registered
            ),
            ('total', '-infinity'::date, '', '', '', '', '', '', false)
    ) AS g (grain, period, ties, asserted_by, category, kind, organization, place, place_registered)
),
person_deltas AS (
    SELECT cell, person, sum(sign)::integer AS delta
    FROM grains
    WHERE person IS NOT NULL
    GROUP BY cell, person
    HAVING sum(sign) <> 0
),
persons AS (
    INSERT INTO cell_people AS p (tenant_id, cell, person, demands)
    SELECT $1, d.cell, d.person, d.delta
    FROM person_deltas AS d
    ORDER BY d.cell, d.person
    ON CONFLICT (tenant_id, cell, person)
    DO UPDATE SET demands = p.demands + EXCLUDED.demands
    RETURNING p.cell, p.person, p.demands
),
people_deltas AS (
    SELECT
        p.cell,
        sum((p.demands > 0)::integer - (p.demands - d.delta > 0)::integer)::integer AS delta
    FROM persons AS p
    JOIN person_deltas AS d
        ON d.cell = p.cell
        AND d.person = p.person
    GROUP BY p.cell
),
cell_deltas AS (
    SELECT
        cell, grain, period, group_name, is_registered, ties, asserted_by, category, kind, organization, place,
        place_registered,
        sum(sign)::integer AS demands,
        sum(sign * messages)::integer AS messages,
        COALESCE(sum(sign * messages) FILTER (WHERE person IS NULL), 0)::integer AS messages_unidentified,
        sum(sign * reported_support)::bigint AS reported_support
    FROM grains
    GROUP BY cell, grain, period, group_name, is_registered, ties, asserted_by, category, kind, organization, place,
        place_registered
)
INSERT INTO cells AS c (
    tenant_id, cell, grain, period, group_name, is_registered, ties, asserted_by, category, kind, organization, place,
    place_registered, demands, messages, people, messages_unidentified, reported_support
)
SELECT
    $1, d.cell, d.grain, d.period, d.group_name, d.is_registered, d.ties, d.asserted_by, d.category, d.kind,
    d.organization, d.place, d.place_registered, d.demands, d.messages, COALESCE(p.delta, 0), d.messages_unidentified,
    d.reported_support
FROM cell_deltas AS d
LEFT JOIN people_deltas AS p
    ON p.cell = d.cell
ORDER BY d.cell
ON CONFLICT (tenant_id, cell)
DO UPDATE SET
    demands = c.demands + EXCLUDED.demands,
    messages = c.messages + EXCLUDED.messages,
    people = c.people + EXCLUDED.people,
    messages_unidentified = c.messages_unidentified + EXCLUDED.messages_unidentified,
    reported_support = c.reported_support + EXCLUDED.reported_support
