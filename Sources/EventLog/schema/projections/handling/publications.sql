-- What is published, by name. $1 tenant.
SELECT m.publication
FROM months AS m
WHERE m.tenant_id = $1
ORDER BY m.publication
