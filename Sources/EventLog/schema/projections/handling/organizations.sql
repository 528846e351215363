-- Writes organizations that changed, or that stand below one that did. $1 tenant; $2..$4 organizations.
INSERT INTO organizations AS o (tenant_id, code, parent, path)
SELECT $1, n.code, n.parent, string_to_array(n.path, E'\x1f')
FROM unnest($2::text[], $3::text[], $4::text[]) AS n (code, parent, path)
ORDER BY n.code
ON CONFLICT (tenant_id, code)
DO UPDATE SET
    parent = EXCLUDED.parent,
    path = EXCLUDED.path
