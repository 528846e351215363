-- Writes what a batch of events changes: everything is read before anything is written. $1 tenant; $2 messages; $3 their
-- channels, NULL: withdrawn; $4 when they were received, NULL: in an earlier batch.
WITH changes AS MATERIALIZED (
    SELECT
        c.message_id,
        COALESCE(extract(hour FROM c.received_at AT TIME ZONE t.time_zone)::smallint, f.hour) AS hour,
        c.channel,
        f.hour AS old_hour,
        f.channel AS old_channel
    FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]) AS c (message_id, channel, received_at)
    JOIN log.tenants AS t
        ON t.tenant_id = $1
    LEFT JOIN facts AS f
        ON f.tenant_id = $1
        AND f.message_id = c.message_id
),
signed AS (
    SELECT -1 AS sign, old_hour AS hour, old_channel AS channel FROM changes WHERE old_hour IS NOT NULL
    UNION ALL
    SELECT 1, hour, channel FROM changes WHERE hour IS NOT NULL AND channel IS NOT NULL
),
withdrawn AS (
    DELETE FROM facts AS f
    USING changes AS c
    WHERE f.tenant_id = $1
        AND f.message_id = c.message_id
        AND c.channel IS NULL
),
present AS (
    INSERT INTO facts (tenant_id, message_id, hour, channel)
    SELECT $1, c.message_id, c.hour, c.channel
    FROM changes AS c
    WHERE c.hour IS NOT NULL
        AND c.channel IS NOT NULL
    ORDER BY c.message_id
    ON CONFLICT (tenant_id, message_id)
    DO UPDATE SET channel = EXCLUDED.channel
)
INSERT INTO cells AS c (tenant_id, hour, channel, messages)
SELECT $1, s.hour, s.channel, sum(s.sign)
FROM signed AS s
GROUP BY s.hour, s.channel
HAVING sum(s.sign) <> 0
ORDER BY s.hour, s.channel
ON CONFLICT (tenant_id, hour, channel)
DO UPDATE SET messages = c.messages + EXCLUDED.messages
