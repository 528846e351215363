-- One publication for each model that has said something, by its number. $1 tenant.
SELECT j.model::text
FROM judges AS j
WHERE j.tenant_id = $1
ORDER BY j.model
