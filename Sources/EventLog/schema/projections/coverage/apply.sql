-- Counts messages anew that changed, or whose names lead elsewhere now: minus what stood, plus what stands.
-- Everything is read before anything is written. $1 tenant; $2 messages; $3 those of them that earlier batches brought;
-- $4 false: nothing is counted (cells.sql and cell_days.sql do so later).
WITH gone AS MATERIALIZED (
    SELECT e.*
    FROM entries AS e
    WHERE e.tenant_id = $1
        AND e.message_id = ANY ($3::uuid[])
),
-- A message is heard where its demands stand; one without demands where it says itself. OFFSET 0 keeps the look-ups by
-- key: without statistics, as in a new generation, the planner would compare all with all.
voices AS (
    SELECT
        m.message_id, m.channel, m.occurred_on, m.person, m.reported_support, COALESCE(d.demand, 1) AS demand,
        CASE WHEN d.sets_place THEN d.place ELSE m.place END AS place,
        CASE WHEN d.sets_place THEN d.place_key ELSE m.place_key END AS place_key,
        CASE WHEN d.sets_groups THEN d.demand ELSE 0 END AS named_by
    FROM messages AS m
    LEFT JOIN LATERAL (
        SELECT q.*
        FROM demands AS q
        WHERE q.tenant_id = $1
            AND q.message_id = m.message_id
        OFFSET 0
    ) AS d
        ON true
    WHERE m.tenant_id = $1
        AND m.message_id = ANY ($2::uuid[])
        AND NOT m.withdrawn
),
heard AS (
    SELECT
        v.message_id, 'channel'::text AS dimension, v.channel AS name, true AS is_registered, 1 AS pair, v.occurred_on,
        v.person, v.reported_support
    FROM voices AS v
    UNION ALL
    SELECT
        v.message_id, 'place', COALESCE(p.code, v.place), p.code IS NOT NULL, v.demand, v.occurred_on, v.person,
        v.reported_support
    FROM voices AS v
    LEFT JOIN resolved_names AS p
        ON p.tenant_id = $1
        AND p.domain = 'place'
        AND p.name_key = v.place_key
    WHERE v.place_key <> ''
    UNION ALL
    SELECT
        v.message_id, 'group', COALESCE(g.code, l.name), g.code IS NOT NULL, (v.demand - 1) * 64 + l.ordinal,
        v.occurred_on, v.person, v.reported_support
    FROM voices AS v
    CROSS JOIN LATERAL (
        SELECT q.*
        FROM named_groups AS q
        WHERE q.tenant_id = $1
            AND q.message_id = v.message_id
            AND q.demand = v.named_by
        OFFSET 0
    ) AS l
    LEFT JOIN resolved_names AS g
        ON g.tenant_id = $1
        AND g.domain = 'group'
        AND g.name_key = l.name_key
),
present AS MATERIALIZED (
    SELECT
        h.message_id, h.dimension, h.name, h.is_registered, min(h.pair)::smallint AS pair, h.occurred_on, h.person,
        h.reported_support
    FROM heard AS h
    GROUP BY
        h.message_id, h.dimension, h.name, h.is_registered, h.occurred_on, h.person, h.reported_support
),
signed AS (
    SELECT -1 AS sign, g.dimension, g.name, g.is_registered, g.occurred_on, g.person FROM gone AS g WHERE $4::boolean
    UNION ALL
    SELECT 1, p.dimension, p.name, p.is_registered, p.occurred_on, p.person FROM present AS p WHERE $4
),
person_deltas AS (
    SELECT
        dimension, is_registered, name, person,
        count(*) FILTER (WHERE sign > 0) AS come,
        count(*) FILTER (WHERE sign < 0) AS gone
    FROM signed
    WHERE person IS NOT NULL
    GROUP BY dimension, is_registered, name, person
),
-- How often each of them stood there before; counted no further than needed to tell whether one is left.
people_deltas AS MATERIALIZED (
    SELECT
        d.dimension, d.is_registered, d.name,
        sum((s.stood - d.gone + d.come > 0)::integer - (s.stood > 0)::integer)::integer AS delta
    FROM person_deltas AS d
    CROSS JOIN LATERAL (
        SELECT count(*) AS stood
        FROM (
            SELECT
            FROM entries AS e
            WHERE e.tenant_id = $1
                AND e.dimension = d.dimension
                AND e.is_registered = d.is_registered
                AND e.name = d.name
                AND e.person = d.person
            LIMIT d.gone + 1
        ) AS q
    ) AS s
    GROUP BY d.dimension, d.is_registered, d.name
),
cell_deltas AS MATERIALIZED (
    SELECT
        dimension, is_registered, name,
        sum(sign)::integer AS messages,
        COALESCE(sum(sign) FILTER (WHERE person IS NULL), 0)::integer AS messages_unidentified
    FROM signed
    GROUP BY dimension, is_registered, name
),
dropped AS (
    DELETE FROM entries AS e
    WHERE e.tenant_id = $1
        AND e.message_id = ANY ($3::uuid[])
),
come AS (
    INSERT INTO entries (
        tenant_id, message_id, dimension, name, is_registered, pair, occurred_on, person, reported_support
    )
    SELECT
        $1, p.message_id, p.dimension, p.name, p.is_registered, p.pair, p.occurred_on, p.person, p.reported_support
    FROM present AS p
),
days AS (
    INSERT INTO cell_days AS y (tenant_id, dimension, is_registered, name, occurred_on, messages)
    SELECT $1, s.dimension, s.is_registered, s.name, s.occurred_on, sum(s.sign)::integer
    FROM signed AS s
    GROUP BY s.dimension, s.is_registered, s.name, s.occurred_on
    HAVING sum(s.sign) <> 0
    ORDER BY s.dimension, s.is_registered, s.name, s.occurred_on
    ON CONFLICT (tenant_id, dimension, is_registered, name, occurred_on)
    DO UPDATE SET messages = y.messages + EXCLUDED.messages
)
INSERT INTO cells AS c (tenant_id, dimension, is_registered, name, messages, people, messages_unidentified)
SELECT
    $1, d.dimension, d.is_registered, d.name, d.messages, COALESCE(p.delta, 0), d.messages_unidentified
FROM cell_deltas AS d
LEFT JOIN people_deltas AS p
    USING (dimension, is_registered, name)
ORDER BY d.dimension, d.is_registered, d.name
ON CONFLICT (tenant_id, dimension, is_registered, name)
DO UPDATE SET
    messages = c.messages + EXCLUDED.messages,
    people = c.people + EXCLUDED.people,
    messages_unidentified = c.messages_unidentified + EXCLUDED.messages_unidentified
