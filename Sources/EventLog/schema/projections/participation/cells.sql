-- Counts every fact, into cells that are empty: what apply.sql adds up batch by batch. $1 tenant.
WITH voices AS (
    SELECT g.grain, g.channel, g.received_on, f.person, count(*)::integer AS messages
    FROM facts AS f
    CROSS JOIN LATERAL (
        VALUES
            ('day', f.channel, f.received_on),
            ('channel', f.channel, '-infinity'::date),
            ('all', '', '-infinity'::date)
    ) AS g (grain, channel, received_on)
    WHERE f.tenant_id = $1
        AND NOT f.withdrawn
    GROUP BY g.grain, g.channel, g.received_on, f.person
)
INSERT INTO cells (tenant_id, grain, channel, received_on, messages, people, messages_unidentified)
SELECT
    $1, v.grain, v.channel, v.received_on, sum(v.messages), count(v.person),
    COALESCE(sum(v.messages) FILTER (WHERE v.person IS NULL), 0)
FROM voices AS v
GROUP BY v.grain, v.channel, v.received_on
