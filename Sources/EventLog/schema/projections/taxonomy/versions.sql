-- Adds the versions of a batch.
INSERT INTO versions (tenant_id, version, position, published_at, categories)
SELECT $1, v.version, v.position, v.published_at, v.categories
FROM unnest($2::integer[], $3::bigint[], $4::timestamptz[], $5::integer[])
    AS v (version, position, published_at, categories)
ORDER BY v.version
