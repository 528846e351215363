-- Writes what a batch of events changes: facts opened, facts changed, and the cells that both touch (minus old, plus
-- new). $1 tenant; $2..$9 demands opened; $10..$14 categories set; $15, $16 messages withdrawn.
WITH opened AS (
    INSERT INTO facts (
        tenant_id, message_id, demand, opened_position, changed_position, category, category_method, kind,
        organization, place, channel, groups, source, language, occurred_at, occurred_on, received_at, person,
        reported_support, withdrawn
    )
    SELECT
        $1, o.message_id, o.demand, o.position, o.changed, o.category, o.method, o.kind,
        m.organization, m.place, m.channel, m.groups, m.source, m.language, m.occurred_at,
        (m.occurred_at AT TIME ZONE t.time_zone)::date, m.received_at, m.person,
        CASE WHEN o.demand = 1 THEN m.reported_support ELSE 0 END, o.withdrawn
    FROM unnest(
        $2::uuid[], $3::smallint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::boolean[]
    ) AS o (message_id, demand, position, changed, category, method, kind, withdrawn)
    JOIN messages AS m
        ON m.tenant_id = $1
        AND m.message_id = o.message_id
    JOIN log.tenants AS t
        ON t.tenant_id = $1
    RETURNING *
),
before AS (
    SELECT
        f.*,
        c.category AS new_category,
        c.method AS new_method,
        w.position IS NOT NULL AS now_withdrawn,
        greatest(f.changed_position, c.position, w.position) AS new_position
    FROM facts AS f
    LEFT JOIN unnest($10::uuid[], $11::smallint[], $12::bigint[], $13::text[], $14::text[])
        AS c (message_id, demand, position, category, method)
        ON c.message_id = f.message_id
        AND c.demand = f.demand
    LEFT JOIN unnest($15::uuid[], $16::bigint[]) AS w (message_id, position)
        ON w.message_id = f.message_id
    WHERE f.tenant_id = $1
        AND f.message_id = ANY ($10::uuid[] || $15::uuid[])
        AND (c.message_id IS NOT NULL OR w.message_id IS NOT NULL)
),
changed AS (
    UPDATE facts AS f
    SET category = COALESCE(b.new_category, f.category),
        category_method = COALESCE(b.new_method, f.category_method),
        withdrawn = f.withdrawn OR b.now_withdrawn,
        changed_position = b.new_position
    FROM before AS b
    WHERE f.tenant_id = $1
        AND f.message_id = b.message_id
        AND f.demand = b.demand
    RETURNING f.*
),
signed AS (
    SELECT 1 AS sign, occurred_on, category, organization, place, channel, demand, person, reported_support
    FROM opened
    WHERE NOT withdrawn
    UNION ALL
    SELECT -1, occurred_on, category, organization, place, channel, demand, person, reported_support
    FROM before
    WHERE NOT withdrawn
    UNION ALL
    SELECT 1, occurred_on, category, organization, place, channel, demand, person, reported_support
    FROM changed
    WHERE NOT withdrawn
),
grains AS (
    SELECT
        md5(concat_ws(E'\x1f', g.grain, g.period, s.category, s.organization, s.place, s.channel))::uuid AS cell,
        g.grain, g.period, s.*
    FROM signed AS s
    CROSS JOIN LATERAL (
        VALUES
            ('day', s.occurred_on),
            ('week', date_trunc('week', s.occurred_on)::date),
            ('month', date_trunc('month', s.occurred_on)::date)
    ) AS g (grain, period)
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
        cell, grain, period, category, organization, place, channel,
        sum(sign)::integer AS demands,
        sum(sign) FILTER (WHERE demand = 1)::integer AS messages,
        sum(sign) FILTER (WHERE demand = 1 AND person IS NULL)::integer AS messages_unidentified,
        sum(sign * reported_support)::bigint AS reported_support
    FROM grains
    GROUP BY cell, grain, period, category, organization, place, channel
)
INSERT INTO cells AS c (
    tenant_id, cell, grain, period, category, organization, place, channel,
    demands, messages, people, messages_unidentified, reported_support
)
SELECT
    $1, d.cell, d.grain, d.period, d.category, d.organization, d.place, d.channel,
    d.demands, COALESCE(d.messages, 0), COALESCE(p.delta, 0), COALESCE(d.messages_unidentified, 0), d.reported_support
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
