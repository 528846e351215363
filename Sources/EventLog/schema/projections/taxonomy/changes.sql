-- Adds what the versions of a batch say about demands. $5: codes, joined.
INSERT INTO changes (tenant_id, version, former, kind, targets)
SELECT $1, c.version, c.former, c.kind, string_to_array(c.targets, E'\x1f')
FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[]) AS c (version, former, kind, targets)
ORDER BY c.version, c.former
