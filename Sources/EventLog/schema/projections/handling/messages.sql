-- Writes messages as they stand. $1 tenant; $2..$10 messages.
INSERT INTO messages AS m (
    tenant_id, message_id, channel, occurred_at, received_at, person, organization, place, groups, withdrawn
)
SELECT
    $1, n.message_id, n.channel, n.occurred_at, n.received_at, n.person, n.organization, n.place,
    string_to_array(n.groups, E'\x1f'), n.withdrawn
FROM unnest(
    $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::text[], $8::text[], $9::text[],
    $10::boolean[]
) AS n (message_id, channel, occurred_at, received_at, person, organization, place, groups, withdrawn)
ORDER BY n.message_id
ON CONFLICT (tenant_id, message_id)
DO UPDATE SET
    channel = EXCLUDED.channel,
    occurred_at = EXCLUDED.occurred_at,
    person = EXCLUDED.person,
    organization = EXCLUDED.organization,
    place = EXCLUDED.place,
    groups = EXCLUDED.groups,
    withdrawn = EXCLUDED.withdrawn
