-- The publications that a release could change: of each survey whose responses changed since they were last published. One
-- for the survey, and one for each of its questions. $1 tenant; $2
-- messages of a batch, whose surveys are among them in any case.
WITH wanted AS (
    SELECT s.survey_id, 'survey:' || s.survey_id AS publication
    FROM surveys AS s
    WHERE s.tenant_id = $1
    UNION ALL
    SELECT q.survey_id, 'question:' || q.survey_id || ':' || q.question_code
    FROM questions AS q
    WHERE q.tenant_id = $1
)
SELECT w.publication
FROM wanted AS w
LEFT JOIN publications AS p
    ON p.tenant_id = $1
    AND p.publication = w.publication
WHERE EXISTS (
        SELECT 1
        FROM facts AS f
        WHERE f.tenant_id = $1
            AND f.survey_id = w.survey_id
            AND (f.changed_position > COALESCE(p.position, 0) OR f.message_id = ANY ($2::uuid[]))
    )
ORDER BY w.publication COLLATE "C"
