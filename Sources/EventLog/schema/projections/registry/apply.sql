-- Writes the entries that a batch of events changes. $1 tenant; $2..$15 one element an entry, lists joined by U+001F;
-- names are NULL where only a flag changes.
INSERT INTO entries (
    tenant_id, registry, code, parent, names, name, aliases, ties, roles, represents, serves, size, is_retired,
    merged_into, path, registered_position, changed_position
)
SELECT
    $1, u.registry, u.code,
    CASE WHEN u.names IS NULL THEN e.parent ELSE u.parent END,
    COALESCE(u.names::jsonb, e.names, '{}'),
    COALESCE(n.name, e.name, u.code),
    CASE WHEN u.names IS NULL THEN COALESCE(e.aliases, '{}') ELSE string_to_array(u.aliases, E'\x1f') END,
    CASE WHEN u.names IS NULL THEN COALESCE(e.ties, '{}') ELSE string_to_array(u.ties, E'\x1f') END,
    CASE WHEN u.names IS NULL THEN COALESCE(e.roles, '{}') ELSE string_to_array(u.roles, E'\x1f') END,
    CASE WHEN u.names IS NULL THEN COALESCE(e.represents, '{}') ELSE string_to_array(u.represents, E'\x1f') END,
    CASE WHEN u.names IS NULL THEN COALESCE(e.serves, '{}') ELSE string_to_array(u.serves, E'\x1f') END,
    CASE WHEN u.names IS NULL THEN e.size ELSE u.size END,
    COALESCE(u.is_retired, e.is_retired, false),
    COALESCE(u.merged_into, e.merged_into),
    COALESCE(e.path, ARRAY[u.code]),
    COALESCE(e.registered_position, u.first_position),
    u.last_position
FROM unnest(
    $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::bigint[], $12::boolean[], $13::text[], $14::bigint[], $15::bigint[]
) AS u (
    registry, code, parent, names, aliases, ties, roles, represents, serves, size, is_retired, merged_into,
    first_position, last_position
)
JOIN log.tenants AS t
    ON t.tenant_id = $1
LEFT JOIN entries AS e
    ON e.tenant_id = $1
    AND e.registry = u.registry
    AND e.code = u.code
LEFT JOIN LATERAL (
    SELECT m.value AS name
    FROM jsonb_each_text(u.names::jsonb) AS m
    ORDER BY lower(m.key) = lower(t.language) DESC, lower(m.key) = 'en' DESC, m.key COLLATE "C"
    LIMIT 1
) AS n
    ON true
ORDER BY u.registry, u.code
ON CONFLICT (tenant_id, registry, code)
DO UPDATE SET
    parent = EXCLUDED.parent,
    names = EXCLUDED.names,
    name = EXCLUDED.name,
    aliases = EXCLUDED.aliases,
    ties = EXCLUDED.ties,
    roles = EXCLUDED.roles,
    represents = EXCLUDED.represents,
    serves = EXCLUDED.serves,
    size = EXCLUDED.size,
    is_retired = EXCLUDED.is_retired,
    merged_into = EXCLUDED.merged_into,
    changed_position = EXCLUDED.changed_position
