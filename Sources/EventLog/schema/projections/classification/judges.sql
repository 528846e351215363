-- Adds models that have said something. $1 tenant.
INSERT INTO judges (tenant_id, model)
SELECT $1, j.model
FROM unnest($2::integer[]) AS j (model)
ORDER BY j.model
ON CONFLICT (tenant_id, model) DO NOTHING
