-- Adds the answers of a batch. $1 tenant; $2..$8 answers.
INSERT INTO replies (tenant_id, message_id, demand, position, organization, replied_at, is_substantive, topic)
SELECT $1, r.message_id, r.demand, r.position, r.organization, r.replied_at, r.is_substantive, r.topic
FROM unnest(
    $2::uuid[], $3::smallint[], $4::bigint[], $5::text[], $6::timestamptz[], $7::boolean[], $8::text[]
) AS r (message_id, demand, position, organization, replied_at, is_substantive, topic)
ORDER BY r.message_id, r.demand, r.position
