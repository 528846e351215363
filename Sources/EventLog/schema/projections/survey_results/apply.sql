-- Writes what a batch of events changes: responses, and the cells that they touch. $1 tenant; $2..$7 responses received;
-- $8..$12 their answers; $13, $14 messages withdrawn (those that are no responses are passed over).
WITH received AS (
    INSERT INTO facts (tenant_id, message_id, survey_id, position, changed_position, person, withdrawn)
    SELECT $1, r.message_id, r.survey_id, r.position, r.changed, r.person, r.withdrawn
    FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::uuid[], $7::boolean[])
        AS r (message_id, survey_id, position, changed, person, withdrawn)
    RETURNING *
),
given AS (
    INSERT INTO answers (tenant_id, message_id, entry, survey_id, question_code, option_code)
    SELECT $1, a.message_id, a.entry, a.survey_id, a.question, a.option
    FROM unnest($8::uuid[], $9::smallint[], $10::uuid[], $11::text[], $12::text[])
        AS a (message_id, entry, survey_id, question, option)
    RETURNING *
),
withdrawn AS (
    UPDATE facts AS f
    SET withdrawn = true,
        changed_position = w.position
    FROM unnest($13::uuid[], $14::bigint[]) AS w (message_id, position)
    WHERE f.tenant_id = $1
        AND f.message_id = w.message_id
        AND NOT f.withdrawn
    RETURNING f.*
),
entries AS (
    SELECT 1 AS sign, r.message_id, r.person, g.survey_id, g.question_code, g.option_code
    FROM received AS r
    JOIN given AS g
        ON g.message_id = r.message_id
    WHERE NOT r.withdrawn
    UNION ALL
    SELECT -1, w.message_id, w.person, a.survey_id, a.question_code, a.option_code
    FROM withdrawn AS w
    JOIN answers AS a
        ON a.tenant_id = $1
        AND a.message_id = w.message_id
),
signed AS (
    SELECT 1 AS sign, person, survey_id, '' AS question_code, '' AS option_code
    FROM received
    WHERE NOT withdrawn
    UNION ALL
    SELECT -1, person, survey_id, '', ''
    FROM withdrawn
    UNION ALL
    SELECT e.sign, e.person, e.survey_id, e.question_code, ''
    FROM (SELECT DISTINCT sign, message_id, person, survey_id, question_code FROM entries) AS e
    UNION ALL
    SELECT sign, person, survey_id, question_code, option_code
    FROM entries
    WHERE option_code <> ''
),
person_deltas AS (
    SELECT survey_id, question_code, option_code, person, sum(sign)::integer AS delta
    FROM signed
    WHERE person IS NOT NULL
    GROUP BY survey_id, question_code, option_code, person
    HAVING sum(sign) <> 0
),
persons AS (
    INSERT INTO cell_people AS p (tenant_id, survey_id, question_code, option_code, person, responses)
    SELECT $1, d.survey_id, d.question_code, d.option_code, d.person, d.delta
    FROM person_deltas AS d
    ORDER BY d.survey_id, d.question_code, d.option_code, d.person
    ON CONFLICT (tenant_id, survey_id, question_code, option_code, person)
    DO UPDATE SET responses = p.responses + EXCLUDED.responses
    RETURNING p.survey_id, p.question_code, p.option_code, p.person, p.responses
),
people_deltas AS (
    SELECT
        p.survey_id, p.question_code, p.option_code,
        sum((p.responses > 0)::integer - (p.responses - d.delta > 0)::integer)::integer AS delta
    FROM persons AS p
    JOIN person_deltas AS d
        USING (survey_id, question_code, option_code, person)
    GROUP BY p.survey_id, p.question_code, p.option_code
),
cell_deltas AS (
    SELECT
        survey_id, question_code, option_code,
        sum(sign)::integer AS responses,
        COALESCE(sum(sign) FILTER (WHERE person IS NULL), 0)::integer AS responses_unidentified
    FROM signed
    GROUP BY survey_id, question_code, option_code
)
INSERT INTO cells AS c (
    tenant_id, survey_id, question_code, option_code, responses, people, responses_unidentified
)
SELECT
    $1, d.survey_id, d.question_code, d.option_code, d.responses, COALESCE(p.delta, 0), d.responses_unidentified
FROM cell_deltas AS d
LEFT JOIN people_deltas AS p
    USING (survey_id, question_code, option_code)
ORDER BY d.survey_id, d.question_code, d.option_code
ON CONFLICT (tenant_id, survey_id, question_code, option_code)
DO UPDATE SET
    responses = c.responses + EXCLUDED.responses,
    people = c.people + EXCLUDED.people,
    responses_unidentified = c.responses_unidentified + EXCLUDED.responses_unidentified
