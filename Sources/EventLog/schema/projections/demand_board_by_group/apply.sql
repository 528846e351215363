-- Counts messages anew that changed, or whose names lead elsewhere now: minus what stood, plus what stands.
-- OFFSET 0 keeps the look-ups by key: without statistics, as in a new generation, the planner would compare all with all.
-- Everything is read before anything is written. $1 tenant; $2 messages; $3 those of them that earlier batches brought;
-- $4 false: no cells are counted (cells.sql does so later).
WITH gone AS MATERIALIZED (
    SELECT e.*
    FROM entries AS e
    WHERE e.tenant_id = $1
        AND e.message_id = ANY ($3::uuid[])
),
named AS (
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
present AS MATERIALIZED (
    SELECT
        p.message_id, p.demand, p.pair, p.group_name, p.is_registered, p.ties, p.asserted_by, p.category, p.kind,
        p.organization, p.place, p.place_registered, p.occurred_on, p.person, p.is_first::integer::smallint AS messages,
        CASE WHEN p.is_first THEN p.reported_support ELSE 0 END AS reported_support,
        md5(
            concat_ws(
                E'\x1f', p.group_name, p.is_registered, p.ties, p.asserted_by, p.category, p.kind, p.organization,
                p.place, p.place_registered
            )
        )::uuid AS coordinates
    FROM (
        SELECT
            q.*,
            q.demand = min(q.demand) OVER (PARTITION BY q.message_id, q.group_name, q.is_registered) AS is_first
        FROM named AS q
    ) AS p
),
signed AS (
    SELECT
        -1 AS sign, g.coordinates, g.group_name, g.is_registered, g.ties, g.asserted_by, g.category, g.kind,
        g.organization, g.place, g.place_registered, g.occurred_on, g.person, g.messages, g.reported_support
    FROM gone AS g
    WHERE $4::boolean
    UNION ALL
    SELECT
        1, p.coordinates, p.group_name, p.is_registered, p.ties, p.asserted_by, p.category, p.kind,
        p.organization, p.place, p.place_registered, p.occurred_on, p.person, p.messages, p.reported_support
    FROM present AS p
    WHERE $4
),
grains AS (
    SELECT g.*, s.sign, s.group_name, s.is_registered, s.person, s.messages, s.reported_support
    FROM signed AS s
    CROSS JOIN LATERAL (
        VALUES
            (
                'day', s.occurred_on, s.occurred_on + 1, s.coordinates, s.ties, s.asserted_by, s.category, s.kind,
                s.organization, s.place, s.place_registered
            ),
            (
                'month', date_trunc('month', s.occurred_on)::date,
                (date_trunc('month', s.occurred_on) + interval '1 month')::date, s.coordinates, s.ties, s.asserted_by,
                s.category, s.kind, s.organization, s.place, s.place_registered
            ),
            (
                'total', '-infinity'::date, 'infinity'::date,
                md5(concat_ws(E'\x1f', s.group_name, s.is_registered))::uuid, '', '', '', '', '', '', false
            )
    ) AS g (
        grain, period, until, coordinates, ties, asserted_by, category, kind, organization, place, place_registered
    )
),
person_deltas AS (
    SELECT
        grain, period, until, coordinates, group_name, is_registered, person,
        count(*) FILTER (WHERE sign > 0) AS come,
        count(*) FILTER (WHERE sign < 0) AS gone
    FROM grains
    WHERE person IS NOT NULL
    GROUP BY grain, period, until, coordinates, group_name, is_registered, person
),
-- How often each of them stood there before; counted no further than needed to tell whether one is left.
people_deltas AS MATERIALIZED (
    SELECT
        d.grain, d.period, d.coordinates,
        sum((s.stood - d.gone + d.come > 0)::integer - (s.stood > 0)::integer)::integer AS delta
    FROM person_deltas AS d
    CROSS JOIN LATERAL (
        SELECT count(*) AS stood
        FROM (
            (
                SELECT
                FROM entries AS e
                WHERE d.grain <> 'total'
                    AND e.tenant_id = $1
                    AND e.coordinates = d.coordinates
                    AND e.person = d.person
                    AND e.occurred_on >= d.period
                    AND e.occurred_on < d.until
                LIMIT d.gone + 1
            )
            UNION ALL
            (
                SELECT
                FROM entries AS e
                WHERE d.grain = 'total'
                    AND e.tenant_id = $1
                    AND e.group_name = d.group_name
                    AND e.is_registered = d.is_registered
                    AND e.person = d.person
                LIMIT d.gone + 1
            )
        ) AS q
    ) AS s
    GROUP BY d.grain, d.period, d.coordinates
),
cell_deltas AS MATERIALIZED (
    SELECT
        grain, period, coordinates, group_name, is_registered, ties, asserted_by, category, kind, organization, place,
        place_registered,
        sum(sign)::integer AS demands,
        sum(sign * messages)::integer AS messages,
        COALESCE(sum(sign * messages) FILTER (WHERE person IS NULL), 0)::integer AS messages_unidentified,
        sum(sign * reported_support)::bigint AS reported_support
    FROM grains
    GROUP BY
        grain, period, coordinates, group_name, is_registered, ties, asserted_by, category, kind, organization, place,
        place_registered
),
dropped AS (
    DELETE FROM entries AS e
    WHERE e.tenant_id = $1
        AND e.message_id = ANY ($3::uuid[])
),
come AS (
    INSERT INTO entries (
        tenant_id, message_id, demand, pair, group_name, is_registered, ties, asserted_by, category, kind, organization,
        place, place_registered, occurred_on, person, messages, reported_support, coordinates
    )
    SELECT
        $1, p.message_id, p.demand, p.pair, p.group_name, p.is_registered, p.ties, p.asserted_by, p.category, p.kind,
        p.organization, p.place, p.place_registered, p.occurred_on, p.person, p.messages, p.reported_support,
        p.coordinates
    FROM present AS p
)
INSERT INTO cells AS c (
    tenant_id, grain, period, coordinates, group_name, is_registered, ties, asserted_by, category, kind, organization, place,
    place_registered, demands, messages, people, messages_unidentified, reported_support
)
SELECT
    $1, d.grain, d.period, d.coordinates, d.group_name, d.is_registered, d.ties, d.asserted_by, d.category, d.kind,
    d.organization, d.place, d.place_registered, d.demands, d.messages, COALESCE(p.delta, 0), d.messages_unidentified,
    d.reported_support
FROM cell_deltas AS d
LEFT JOIN people_deltas AS p
    ON p.grain = d.grain
    AND p.period = d.period
    AND p.coordinates = d.coordinates
ORDER BY d.grain, d.period, d.coordinates
ON CONFLICT (tenant_id, grain, period, coordinates)
DO UPDATE SET
    demands = c.demands + EXCLUDED.demands,
    messages = c.messages + EXCLUDED.messages,
    people = c.people + EXCLUDED.people,
    messages_unidentified = c.messages_unidentified + EXCLUDED.messages_unidentified,
    reported_support = c.reported_support + EXCLUDED.reported_support
RETURNING c.grain, c.period, c.coordinates, c.demands
