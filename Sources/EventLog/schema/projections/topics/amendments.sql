-- What a sender said anew takes the place of what was said. $1 tenant; $2..$11 messages as in messages.sql, where received_at
-- ($5) says nothing.
UPDATE messages AS m
SET person = a.person,
    occurred_at = COALESCE(a.occurred_at, m.received_at),
    reported_support = a.support,
    organization = a.organization,
    place = a.place,
    groups = string_to_array(a.groups, E'\x1f'),
    place_key = a.place_key,
    group_keys = string_to_array(a.group_keys, E'\x1f')
FROM unnest(
    $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::integer[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[]
) AS a (message_id, person, occurred_at, received_at, support, organization, place, groups, place_key, group_keys)
WHERE m.tenant_id = $1
    AND m.message_id = a.message_id
