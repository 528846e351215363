-- The categories of the newest version.
INSERT INTO categories (
    tenant_id, ordinal, code, level, parent_code, name, level1_code, level1_name, level2_code, level2_name, path,
    keywords
)
SELECT
    $1, c.ordinal, c.code, c.level, c.parent_code, c.name, c.level1_code, c.level1_name, c.level2_code, c.level2_name,
    c.path, c.keywords
FROM unnest(
    $2::integer[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::integer[]
) AS c (
    ordinal, code, level, parent_code, name, level1_code, level1_name, level2_code, level2_name, path, keywords
)
ORDER BY c.ordinal
