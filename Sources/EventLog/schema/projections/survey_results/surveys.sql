-- Keeps surveys that were drafted. $1 tenant; $2..$10 surveys, as they stand at the end of the batch.
INSERT INTO surveys (
    tenant_id, survey_id, drafted_position, survey_version, status, organization, language, title, opened_at, closed_at
)
SELECT
    $1, s.survey_id, s.position, s.version, s.status, s.organization, s.language, s.title::jsonb, s.opened_at,
    s.closed_at
FROM unnest(
    $2::uuid[], $3::bigint[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
    $10::timestamptz[]
) AS s (survey_id, position, version, status, organization, language, title, opened_at, closed_at)
ORDER BY s.survey_id
