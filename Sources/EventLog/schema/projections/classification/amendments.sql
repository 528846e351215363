-- Messages of earlier batches as their senders give them now. $1 tenant.
UPDATE messages AS m
SET organization = a.organization,
    person = a.person
FROM unnest($2::uuid[], $3::text[], $4::uuid[]) AS a (message_id, organization, person)
WHERE m.tenant_id = $1
    AND m.message_id = a.message_id
