-- What a sender said anew takes the place of what was said; when it came in stays. $1 tenant; $2..$16 messages as in
-- messages.sql, where received_at ($12) says nothing.
UPDATE messages AS m
SET organization = a.organization,
    place = a.place,
    place_key = a.place_key,
    channel = a.channel,
    groups = string_to_array(a.groups, E'\x1f'),
    group_keys = string_to_array(a.group_keys, E'\x1f'),
    source = a.source,
    language = a.language,
    occurred_at = COALESCE(a.occurred_at, m.received_at),
    person = a.person,
    reported_support = a.reported_support,
    text = a.text,
    subject = a.subject
FROM unnest(
    $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::timestamptz[], $12::timestamptz[], $13::uuid[], $14::integer[], $15::smallint[], $16::smallint[]
) AS a (
    message_id, organization, place, place_key, channel, groups, group_keys, source, language, occurred_at,
    received_at, person, reported_support, text, subject
)
WHERE m.tenant_id = $1
    AND m.message_id = a.message_id
