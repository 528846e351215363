-- Names recognised as groups; the last recognition of a name wins. $1 tenant; $2..$4 names, groups, positions.
INSERT INTO recognised (tenant_id, name, group_code, position)
SELECT $1, u.name, u.group_code, u.position
FROM unnest($2::text[], $3::text[], $4::bigint[]) AS u (name, group_code, position)
ORDER BY u.name
ON CONFLICT (tenant_id, name)
DO UPDATE SET
    group_code = EXCLUDED.group_code,
    position = EXCLUDED.position
