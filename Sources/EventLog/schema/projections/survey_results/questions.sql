-- Keeps the questions of new versions. $1 tenant; $2..$6 questions; $7..$11 options.
WITH asked AS (
    INSERT INTO questions (tenant_id, survey_id, number, question_code, question_type, text)
    SELECT $1, q.survey_id, q.number, q.code, q.type, q.text::jsonb
    FROM unnest($2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::text[])
        AS q (survey_id, number, code, type, text)
    ORDER BY q.survey_id, q.code
)
INSERT INTO options (tenant_id, survey_id, question_code, number, option_code, text)
SELECT $1, o.survey_id, o.question, o.number, o.code, o.text::jsonb
FROM unnest($7::uuid[], $8::text[], $9::smallint[], $10::text[], $11::text[])
    AS o (survey_id, question, number, code, text)
ORDER BY o.survey_id, o.question, o.code
