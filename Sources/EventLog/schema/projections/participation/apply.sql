-- Writes what a batch of events changes: everything is read before anything is written. $1 tenant; $2..$9 messages
-- received; $10, $11 messages withdrawn; $12..$16 messages amended; $17 false: no cells
-- are counted (cells.sql does so later).
WITH incoming AS MATERIALIZED (
    SELECT
        m.message_id, m.position, m.changed, m.channel, (m.received_at AT TIME ZONE t.time_zone)::date AS received_on,
        m.person, m.support, m.withdrawn
    FROM unnest(
        $2::uuid[], $3::bigint[], $4::bigint[], $5::text[], $6::timestamptz[], $7::uuid[], $8::integer[],
        $9::boolean[]
    ) AS m (message_id, position, changed, channel, received_at, person, support, withdrawn)
    CROSS JOIN log.tenants AS t
    WHERE t.tenant_id = $1
),
before AS MATERIALIZED (
    SELECT
        f.*,
        COALESCE(a.channel, f.channel) AS new_channel,
        CASE WHEN a.message_id IS NOT NULL THEN a.person ELSE f.person END AS new_person,
        COALESCE(a.support, f.reported_support) AS new_support,
        f.withdrawn OR w.message_id IS NOT NULL AS new_withdrawn,
        greatest(f.changed_position, w.position, a.position) AS new_position
    FROM facts AS f
    LEFT JOIN unnest($10::uuid[], $11::bigint[]) AS w (message_id, position)
        ON w.message_id = f.message_id
    LEFT JOIN unnest($12::uuid[], $13::bigint[], $14::text[], $15::uuid[], $16::integer[])
        AS a (message_id, position, channel, person, support)
        ON a.message_id = f.message_id
    WHERE f.tenant_id = $1
        AND f.message_id = ANY ($10::uuid[] || $12::uuid[])
        AND NOT f.withdrawn
),
signed AS (
    SELECT 1 AS sign, channel, received_on, person FROM incoming WHERE $17::boolean AND NOT withdrawn
    UNION ALL
    SELECT -1, channel, received_on, person FROM before WHERE $17
    UNION ALL
    SELECT 1, new_channel, received_on, new_person FROM before WHERE $17 AND NOT new_withdrawn
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
    SELECT
        grain, channel, received_on, person,
        count(*) FILTER (WHERE sign > 0) AS come,
        count(*) FILTER (WHERE sign < 0) AS gone
    FROM grains
    WHERE person IS NOT NULL
    GROUP BY grain, channel, received_on, person
),
-- How often each of them stood there before; counted no further than needed to tell whether one is left.
people_deltas AS MATERIALIZED (
    SELECT
        d.grain, d.channel, d.received_on,
        sum((s.stood - d.gone + d.come > 0)::integer - (s.stood > 0)::integer)::integer AS delta
    FROM person_deltas AS d
    CROSS JOIN LATERAL (
        SELECT count(*) AS stood
        FROM (
            (
                SELECT
                FROM facts AS f
                WHERE d.grain = 'day'
                    AND f.tenant_id = $1
                    AND f.person = d.person
                    AND f.channel = d.channel
                    AND f.received_on = d.received_on
                    AND NOT f.withdrawn
                LIMIT d.gone + 1
            )
            UNION ALL
            (
                SELECT
                FROM facts AS f
                WHERE d.grain = 'channel'
                    AND f.tenant_id = $1
                    AND f.person = d.person
                    AND f.channel = d.channel
                    AND NOT f.withdrawn
                LIMIT d.gone + 1
            )
            UNION ALL
            (
                SELECT
                FROM facts AS f
                WHERE d.grain = 'all'
                    AND f.tenant_id = $1
                    AND f.person = d.person
                    AND NOT f.withdrawn
                LIMIT d.gone + 1
            )
        ) AS q
    ) AS s
    GROUP BY d.grain, d.channel, d.received_on
),
cell_deltas AS MATERIALIZED (
    SELECT
        grain, channel, received_on,
        sum(sign)::integer AS messages,
        COALESCE(sum(sign) FILTER (WHERE person IS NULL), 0)::integer AS messages_unidentified
    FROM grains
    GROUP BY grain, channel, received_on
),
received AS (
    INSERT INTO facts (
        tenant_id, message_id, position, changed_position, channel, received_on, person, reported_support, withdrawn
    )
    SELECT
        $1, m.message_id, m.position, m.changed, m.channel, m.received_on, m.person, m.support, m.withdrawn
    FROM incoming AS m
),
changed AS (
    UPDATE facts AS f
    SET channel = b.new_channel,
        person = b.new_person,
        reported_support = b.new_support,
        withdrawn = b.new_withdrawn,
        changed_position = b.new_position
    FROM before AS b
    WHERE f.tenant_id = $1
        AND f.message_id = b.message_id
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
