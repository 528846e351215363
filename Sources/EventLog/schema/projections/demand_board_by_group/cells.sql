-- Counts every entry, into cells that are empty: what apply.sql adds up batch by batch. $1 tenant.
WITH voices AS (
    SELECT
        g.grain, g.period, g.coordinates, e.group_name, e.is_registered, g.ties, g.asserted_by, g.category, g.kind,
        g.organization, g.place, g.place_registered, e.person,
        count(*)::integer AS demands,
        sum(e.messages)::integer AS messages,
        sum(e.reported_support) AS reported_support
    FROM entries AS e
    CROSS JOIN LATERAL (
        VALUES
            (
                'day', e.occurred_on, e.coordinates, e.ties, e.asserted_by, e.category, e.kind, e.organization, e.place,
                e.place_registered
            ),
            (
                'month', date_trunc('month', e.occurred_on)::date, e.coordinates, e.ties, e.asserted_by, e.category,
                e.kind, e.organization, e.place, e.place_registered
            ),
            (
                'total', '-infinity'::date, md5(concat_ws(E'\x1f', e.group_name, e.is_registered))::uuid, '', '', '',
                '', '', '', false
            )
    ) AS g (grain, period, coordinates, ties, asserted_by, category, kind, organization, place, place_registered)
    WHERE e.tenant_id = $1
    GROUP BY
        g.grain, g.period, g.coordinates, e.group_name, e.is_registered, g.ties, g.asserted_by, g.category, g.kind,
        g.organization, g.place, g.place_registered, e.person
)
INSERT INTO cells (
    tenant_id, grain, period, coordinates, group_name, is_registered, ties, asserted_by, category, kind, organization, place,
    place_registered, demands, messages, people, messages_unidentified, reported_support
)
SELECT
    $1, v.grain, v.period, v.coordinates, v.group_name, v.is_registered, v.ties, v.asserted_by, v.category, v.kind,
    v.organization, v.place, v.place_registered, sum(v.demands), sum(v.messages), count(v.person),
    COALESCE(sum(v.messages) FILTER (WHERE v.person IS NULL), 0), sum(v.reported_support)
FROM voices AS v
GROUP BY
    v.grain, v.period, v.coordinates, v.group_name, v.is_registered, v.ties, v.asserted_by, v.category, v.kind,
    v.organization, v.place, v.place_registered
ORDER BY v.grain COLLATE "C", v.period, v.coordinates
