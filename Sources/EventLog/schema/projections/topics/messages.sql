-- Keeps the coordinates of messages that came in. $1 tenant; $2..$11 messages.
INSERT INTO messages (
    tenant_id, message_id, person, occurred_at, received_at, reported_support, organization, place, groups, withdrawn,
    place_key, group_keys
)
SELECT
    $1, m.message_id, m.person, COALESCE(m.occurred_at, m.received_at), m.received_at, m.support, m.organization, m.place,
    string_to_array(m.groups, E'\x1f'), false, m.place_key, string_to_array(m.group_keys, E'\x1f')
FROM unnest(
    $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::integer[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[]
) AS m (message_id, person, occurred_at, received_at, support, organization, place, groups, place_key, group_keys)
