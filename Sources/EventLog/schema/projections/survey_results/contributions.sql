-- What counts at a release in one publication ($2). In a survey's: every response, in one cell. In a question's: every
-- response of the survey in the cells of its answers, or in the cell '.' when it does not answer ('+': it gave a text), so
-- that the rows of a question always cover all responses and nothing can be got by subtracting them from the survey. $3 of these messages only; NULL: of all.
SELECT f.message_id, 0::smallint AS entry, f.person, 1::smallint AS messages, 0 AS reported_support, ARRAY['all'] AS path
FROM facts AS f
WHERE f.tenant_id = $1
    AND split_part($2::text, ':', 1) = 'survey'
    AND f.survey_id = split_part($2::text, ':', 2)::uuid
    AND NOT f.withdrawn
    AND ($3::uuid[] IS NULL OR f.message_id = ANY ($3))
UNION ALL
SELECT
    f.message_id,
    COALESCE(a.entry, 0::smallint),
    f.person,
    1::smallint,
    0,
    ARRAY[CASE WHEN a.entry IS NULL THEN '.' WHEN a.option_code = '' THEN '+' ELSE a.option_code END]
FROM facts AS f
LEFT JOIN answers AS a
    ON a.tenant_id = f.tenant_id
    AND a.message_id = f.message_id
    AND a.question_code = split_part($2::text, ':', 3)
WHERE f.tenant_id = $1
    AND split_part($2::text, ':', 1) = 'question'
    AND f.survey_id = split_part($2::text, ':', 2)::uuid
    AND NOT f.withdrawn
    AND ($3::uuid[] IS NULL OR f.message_id = ANY ($3))
ORDER BY message_id, entry
