-- Adds the messages of a batch. $1 tenant.
INSERT INTO messages (tenant_id, message_id, organization, person)
SELECT $1, m.message_id, m.organization, m.person
FROM unnest($2::uuid[], $3::text[], $4::uuid[]) AS m (message_id, organization, person)
ORDER BY m.message_id
