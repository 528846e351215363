-- Changes surveys of earlier batches. $1 tenant; $2..$9 surveys: NULL leaves a column as it is.
UPDATE surveys AS s
SET survey_version = COALESCE(c.version, s.survey_version),
    status = COALESCE(c.status, s.status),
    organization = COALESCE(c.organization, s.organization),
    language = COALESCE(c.language, s.language),
    title = COALESCE(c.title::jsonb, s.title),
    opened_at = COALESCE(c.opened_at, s.opened_at),
    closed_at = COALESCE(c.closed_at, s.closed_at)
FROM unnest(
    $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[]
) AS c (survey_id, version, status, organization, language, title, opened_at, closed_at)
WHERE s.tenant_id = $1
    AND s.survey_id = c.survey_id
