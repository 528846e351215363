-- Adds months in which something was due, answered, judged or received. $1 tenant; $2, $3 what, and when.
INSERT INTO months (tenant_id, publication)
SELECT DISTINCT $1::integer, m.what || to_char(m.at AT TIME ZONE t.time_zone, ' YYYY-MM')
FROM unnest($2::text[], $3::timestamptz[]) AS m (what, at)
CROSS JOIN log.tenants AS t
WHERE t.tenant_id = $1
ON CONFLICT (tenant_id, publication) DO NOTHING
