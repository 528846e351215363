-- Keeps the coordinates of messages that came in. $1 tenant; $2..$12 messages.
INSERT INTO messages (
    tenant_id, message_id, organization, place, channel, groups, source, language, occurred_at, received_at, person,
    reported_support
)
SELECT
    $1, m.message_id, m.organization, m.place, m.channel, string_to_array(m.groups, E'\x1f'), m.source, m.language,
    m.occurred_at, m.received_at, m.person, m.reported_support
FROM unnest(
    $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
    $10::timestamptz[], $11::uuid[], $12::integer[]
) AS m (
    message_id, organization, place, channel, groups, source, language, occurred_at, received_at, person,
    reported_support
)
