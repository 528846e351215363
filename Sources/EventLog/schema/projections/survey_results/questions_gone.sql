-- Takes away the questions of versions that were revised. $1 tenant; $2 surveys.
WITH gone AS (
    DELETE FROM options
    WHERE tenant_id = $1
        AND survey_id = ANY ($2::uuid[])
)
DELETE FROM questions
WHERE tenant_id = $1
    AND survey_id = ANY ($2::uuid[])
