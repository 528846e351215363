-- What counts at a release in some publications ($2), with its coordinates: publication, cell. In a survey's: every
-- response, in one cell. In a question's: every response of the survey in the cells of its answers, or in the cell '.' when
-- it does not answer ('+': it gave a text), so that the rows of a question always cover all responses and nothing can be got
-- by subtracting them from the survey. $1 tenant; $3 of these messages only; NULL: of all.
SELECT
    f.message_id, 0::smallint AS entry, f.person, 1::smallint AS messages, 0 AS reported_support,
    concat_ws(E'\x1f', p.publication, 'all') AS coordinates
FROM unnest($2::text[]) AS p (publication)
JOIN facts AS f
    ON f.tenant_id = $1
    AND f.survey_id = split_part(p.publication, ':', 2)::uuid
WHERE split_part(p.publication, ':', 1) = 'survey'
    AND NOT f.withdrawn
    AND ($3::uuid[] IS NULL OR f.message_id = ANY ($3))
UNION ALL
SELECT
    f.message_id, COALESCE(a.entry, 0::smallint), f.person, 1::smallint, 0,
    concat_ws(
        E'\x1f', p.publication, CASE WHEN a.entry IS NULL THEN '.' WHEN a.option_code = '' THEN '+' ELSE a.option_code END
    )
FROM unnest($2::text[]) AS p (publication)
JOIN facts AS f
    ON f.tenant_id = $1
    AND f.survey_id = split_part(p.publication, ':', 2)::uuid
LEFT JOIN answers AS a
    ON a.tenant_id = $1
    AND a.message_id = f.message_id
    AND a.question_code = split_part(p.publication, ':', 3)
WHERE split_part(p.publication, ':', 1) = 'question'
    AND NOT f.withdrawn
    AND ($3::uuid[] IS NULL OR f.message_id = ANY ($3))
