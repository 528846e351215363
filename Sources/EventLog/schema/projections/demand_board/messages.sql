-- Keeps the coordinates of messages that came in. $1 tenant; $2..$16 messages.
INSERT INTO messages (
    tenant_id, message_id, organization, place, place_key, channel, groups, group_keys, source, language, occurred_at,
    received_at, person, reported_support, text, subject
)
SELECT
    $1, m.message_id, m.organization, m.place, m.place_key, m.channel, string_to_array(m.groups, E'\x1f'),
    string_to_array(m.group_keys, E'\x1f'), m.source, m.language, COALESCE(m.occurred_at, m.received_at),
    m.received_at, m.person, m.reported_support, m.text, m.subject
FROM unnest(
    $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::timestamptz[], $12::timestamptz[], $13::uuid[], $14::integer[], $15::smallint[], $16::smallint[]
) AS m (
    message_id, organization, place, place_key, channel, groups, group_keys, source, language, occurred_at,
    received_at, person, reported_support, text, subject
)
