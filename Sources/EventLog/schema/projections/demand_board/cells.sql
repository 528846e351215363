-- Counts every fact, into cells that are empty: what apply.sql adds up batch by batch. Coordinates stand for all that a cell
-- is counted by but for time, so the texts are looked at once for each of them. Readers ask for
-- periods, so these lie together. $1 tenant.
WITH places AS (
    SELECT
        f.coordinates, min(f.category) AS category, COALESCE(min(f.kind), '') AS kind,
        min(f.organization) AS organization, min(f.place) AS place, bool_or(f.place_registered) AS registered,
        min(f.channel) AS channel
    FROM facts AS f
    WHERE f.tenant_id = $1
        AND NOT f.withdrawn
    GROUP BY f.coordinates
),
voices AS (
    SELECT
        g.grain, g.period, f.coordinates, f.person,
        count(*)::integer AS demands,
        (count(*) FILTER (WHERE f.demand = 1))::integer AS messages,
        sum(f.reported_support) AS reported_support
    FROM facts AS f
    CROSS JOIN LATERAL (
        VALUES
            ('day', f.occurred_on),
            ('week', date_trunc('week', f.occurred_on)::date),
            ('month', date_trunc('month', f.occurred_on)::date)
    ) AS g (grain, period)
    WHERE f.tenant_id = $1
        AND NOT f.withdrawn
    GROUP BY g.grain, g.period, f.coordinates, f.person
),
counts AS (
    SELECT
        v.grain, v.period, v.coordinates, sum(v.demands) AS demands, sum(v.messages) AS messages,
        count(v.person) AS people,
        COALESCE(sum(v.messages) FILTER (WHERE v.person IS NULL), 0) AS unidentified,
        sum(v.reported_support) AS reported_support
    FROM voices AS v
    GROUP BY v.grain, v.period, v.coordinates
)
INSERT INTO cells (
    tenant_id, grain, period, coordinates, category, kind, organization, place, place_registered, channel,
    demands, messages, people, messages_unidentified, reported_support
)
SELECT
    $1, c.grain, c.period, c.coordinates, p.category, p.kind, p.organization, p.place, p.registered, p.channel,
    c.demands, c.messages, c.people, c.unidentified, c.reported_support
FROM counts AS c
JOIN places AS p
    ON p.coordinates = c.coordinates
ORDER BY c.grain COLLATE "C", c.period, c.coordinates
