-- Writes what a batch of events changes. $1 tenant; $2..$9 messages received; $10, $11 messages withdrawn.
WITH received AS (
    INSERT INTO facts (
        tenant_id, message_id, position, changed_position, channel, received_on, person, reported_support, withdrawn
    )
    SELECT
        $1, m.message_id, m.position, m.changed, m.channel, (m.received_at AT TIME ZONE t.time_zone)::date, m.person,
        m.support, m.withdrawn
    FROM unnest(
        $2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::timestamptz[], $7::uuid[], $8::integer[],
        $9::boolean[]
    ) AS m (message_id, position, changed, channel, received_at, person, support, withdrawn)
    CROSS JOIN log.tenants AS t
    WHERE t.tenant_id = $1
    RETURNING *
),
withdrawn AS (
    UPDATE facts AS f
    SET withdrawn = true,
        changed_position = w.position
    FROM unnest($10::uuid[], $11::bigint[]) AS w (message_id, position)
    WHERE f.tenant_id = $1
        AND f.message_id = w.message_id
        AND NOT f.withdrawn
    RETURNING f.*
),
signed AS (
    SELECT 1 AS sign, channel, received_on, person FROM received WHERE NOT withdrawn
    UNION ALL
    SELECT -1, channel, received_on, person FROM withdrawn
),
grains AS (
    SELECT s.sign, s.person, g.grain, g.channel, g.received_on
    FROM signed AS s
    CROSS JOIN LATERAL (
        VALUES
            ('day', s.channel, s.received_on),
            ('channel', s.channel, '-infinity'::date),
            ('all', '', '-infinity'::date)
    ) AS g (grain, channel, received_on)
),
person_deltas AS (
    SELECT grain, channel, received_on, person, sum(sign)::integer AS delta
    FROM grains
    WHERE person IS NOT NULL
    GROUP BY grain, channel, received_on, person
    HAVING sum(sign) <> 0
),
persons AS (
    INSERT INTO cell_people AS p (tenant_id, grain, channel, received_on, person, messages)
    SELECT $1, d.grain, d.channel, d.received_on, d.person, d.delta
    FROM person_deltas AS d
    ORDER BY d.grain, d.channel, d.received_on, d.person
    ON CONFLICT (tenant_id, grain, channel, received_on, person)
    DO UPDATE SET messages = p.messages + EXCLUDED.messages
    RETURNING p.grain, p.channel, p.received_on, p.person, p.messages
),
people_deltas AS (
    SELECT
        p.grain, p.channel, p.received_on,
        sum((p.messages > 0)::integer - (p.messages - d.delta > 0)::integer)::integer AS delta
    FROM persons AS p
    JOIN person_deltas AS d
        USING (grain, channel, received_on, person)
    GROUP BY p.grain, p.channel, p.received_on
),
cell_deltas AS (
    SELECT
        grain, channel, received_on,
        sum(sign)::integer AS messages,
        COALESCE(sum(sign) FILTER (WHERE person IS NULL), 0)::integer AS messages_unidentified
    FROM grains
    GROUP BY grain, channel, received_on
)
INSERT INTO cells AS c (tenant_id, grain, channel, received_on, messages, people, messages_unidentified)
SELECT $1, d.grain, d.channel, d.received_on, d.messages, COALESCE(p.delta, 0), d.messages_unidentified
FROM cell_deltas AS d
LEFT JOIN people_deltas AS p
    USING (grain, channel, received_on)
ORDER BY d.grain, d.channel, d.received_on
ON CONFLICT (tenant_id, grain, channel, received_on)
DO UPDATE SET
    messages = c.messages + EXCLUDED.messages,
    people = c.people + EXCLUDED.people,
    messages_unidentified = c.messages_unidentified + EXCLUDED.messages_unidentified
