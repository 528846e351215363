-- Exact and live, for reviewers. The tenant is a condition of the scan itself, not a join: a join could be planned after
-- conditions of the reader, and EXPLAIN would then count other tenants' rows.
CREATE OR REPLACE VIEW review.surveys WITH (security_barrier) AS
SELECT
    s.survey_id,
    COALESCE(s.title ->> t.language, s.title ->> s.language) AS title,
    s.status,
    s.survey_version,
    NULLIF(s.organization, '') AS organization_code,
    s.opened_at,
    s.closed_at,
    COALESCE(c.responses, 0) AS responses,
    COALESCE(c.people, 0) AS people,
    COALESCE(c.responses_unidentified, 0) AS responses_unidentified,
    k.position AS log_position,
    g.projector_version
FROM surveys AS s
JOIN log.tenants AS t
    ON t.tenant_id = s.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'survey_results'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = s.tenant_id
    AND k.generation = g.generation
LEFT JOIN cells AS c
    ON c.tenant_id = s.tenant_id
    AND c.survey_id = s.survey_id
    AND c.question_code = ''
    AND c.option_code = ''
WHERE s.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        s.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    );

COMMENT ON VIEW review.surveys IS
    'Counts of those who spoke, not of those who think so. Every survey with its responses; exact and live.';
COMMENT ON COLUMN review.surveys.title IS 'In the tenant''s language, else in the survey''s.';
COMMENT ON COLUMN review.surveys.status IS 'draft, open or closed.';
COMMENT ON COLUMN review.surveys.organization_code IS 'NULL: the whole tenant''s.';
COMMENT ON COLUMN review.surveys.opened_at IS 'NULL: still a draft.';
COMMENT ON COLUMN review.surveys.closed_at IS 'NULL: not closed yet.';
COMMENT ON COLUMN review.surveys.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.surveys.responses_unidentified IS 'Responses whose sender is not known.';
COMMENT ON COLUMN review.surveys.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.surveys.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.survey_questions WITH (security_barrier) AS
SELECT
    s.survey_id,
    q.number AS question_number,
    q.question_code,
    COALESCE(q.text ->> t.language, q.text ->> s.language) AS question_text,
    q.question_type,
    COALESCE(c.responses, 0) AS respondents,
    COALESCE(c.people, 0) AS people,
    COALESCE(c.responses_unidentified, 0) AS responses_unidentified,
    k.position AS log_position,
    g.projector_version
FROM surveys AS s
JOIN log.tenants AS t
    ON t.tenant_id = s.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'survey_results'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = s.tenant_id
    AND k.generation = g.generation
JOIN questions AS q
    ON q.tenant_id = s.tenant_id
    AND q.survey_id = s.survey_id
LEFT JOIN cells AS c
    ON c.tenant_id = s.tenant_id
    AND c.survey_id = s.survey_id
    AND c.question_code = q.question_code
    AND c.option_code = ''
WHERE s.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        s.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    )
    AND s.status <> 'draft';

COMMENT ON VIEW review.survey_questions IS
    'Counts of those who spoke, not of those who think so. Every question of the surveys that were opened, with how many '
    'responses answer it (of text questions nothing more is counted); exact and live.';
COMMENT ON COLUMN review.survey_questions.question_number IS 'Place in the survey, from 1.';
COMMENT ON COLUMN review.survey_questions.question_type IS 'single, multiple, scale or text.';
COMMENT ON COLUMN review.survey_questions.respondents IS 'Responses that answer the question.';
COMMENT ON COLUMN review.survey_questions.people IS 'Distinct known persons within this row; must not be summed.';

CREATE OR REPLACE VIEW review.survey_results WITH (security_barrier) AS
SELECT
    s.survey_id,
    q.number AS question_number,
    q.question_code,
    COALESCE(q.text ->> t.language, q.text ->> s.language) AS question_text,
    q.question_type,
    o.number AS option_number,
    o.option_code,
    COALESCE(o.text ->> t.language, o.text ->> s.language, o.option_code) AS option_text,
    COALESCE(c.responses, 0) AS responses,
    COALESCE(c.people, 0) AS people,
    COALESCE(c.responses_unidentified, 0) AS responses_unidentified,
    COALESCE(n.responses, 0) AS respondents,
    round(COALESCE(c.responses, 0)::numeric / n.responses, 6) AS share,
    k.position AS log_position,
    g.projector_version
FROM surveys AS s
JOIN log.tenants AS t
    ON t.tenant_id = s.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'survey_results'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = s.tenant_id
    AND k.generation = g.generation
JOIN questions AS q
    ON q.tenant_id = s.tenant_id
    AND q.survey_id = s.survey_id
JOIN options AS o
    ON o.tenant_id = s.tenant_id
    AND o.survey_id = s.survey_id
    AND o.question_code = q.question_code
LEFT JOIN cells AS c
    ON c.tenant_id = s.tenant_id
    AND c.survey_id = s.survey_id
    AND c.question_code = q.question_code
    AND c.option_code = o.option_code
LEFT JOIN cells AS n
    ON n.tenant_id = s.tenant_id
    AND n.survey_id = s.survey_id
    AND n.question_code = q.question_code
    AND n.option_code = ''
WHERE s.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        s.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    )
    AND s.status <> 'draft';

COMMENT ON VIEW review.survey_results IS
    'Counts of those who spoke, not of those who think so. Every option, and every value of a scale, of the surveys that '
    'were opened, zeros included; exact and live. In multiple choice one response counts in several rows: responses add '
    'up to more than respondents, shares to more than 1.';
COMMENT ON COLUMN review.survey_results.option_code IS 'Of a scale: the value.';
COMMENT ON COLUMN review.survey_results.option_text IS 'Of a value without a label: the value.';
COMMENT ON COLUMN review.survey_results.responses IS 'Responses that chose it.';
COMMENT ON COLUMN review.survey_results.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.survey_results.respondents IS 'Responses that answer the question; the same in all its rows.';
COMMENT ON COLUMN review.survey_results.share IS 'responses / respondents; NULL: nobody has answered yet.';

CREATE OR REPLACE VIEW review.survey_scales WITH (security_barrier) AS
SELECT
    s.survey_id,
    q.number AS question_number,
    q.question_code,
    COALESCE(q.text ->> t.language, q.text ->> s.language) AS question_text,
    COALESCE(v.n, 0) AS n,
    round(v.total::numeric / v.n, 6) AS mean,
    k.position AS log_position,
    g.projector_version
FROM surveys AS s
JOIN log.tenants AS t
    ON t.tenant_id = s.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'survey_results'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = s.tenant_id
    AND k.generation = g.generation
JOIN questions AS q
    ON q.tenant_id = s.tenant_id
    AND q.survey_id = s.survey_id
LEFT JOIN LATERAL (
    SELECT
        sum(c.responses) AS n,
        sum(c.responses * c.option_code::integer) AS total
    FROM cells AS c
    WHERE c.tenant_id = s.tenant_id
        AND c.survey_id = s.survey_id
        AND c.question_code = q.question_code
        AND c.option_code <> ''
        AND q.question_type = 'scale'
) AS v
    ON true
WHERE s.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        s.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    )
    AND s.status <> 'draft'
    AND q.question_type = 'scale';

COMMENT ON VIEW review.survey_scales IS
    'Counts of those who spoke, not of those who think so. The mean of every question with a scale; exact and live. How the '
    'answers are spread is in review.survey_results.';
COMMENT ON COLUMN review.survey_scales.n IS 'Responses that answer the question.';
COMMENT ON COLUMN review.survey_scales.mean IS 'NULL: nobody has answered yet.';

-- The last releases, for analysts. A survey and each of its questions are published each for itself, so that no small cell
-- is pooled with one of another question: it could be told by subtracting the question's other rows from the survey.
CREATE OR REPLACE VIEW aggregates.surveys WITH (security_barrier) AS
SELECT
    s.survey_id,
    COALESCE(s.title ->> t.language, s.title ->> s.language) AS title,
    s.status,
    s.survey_version,
    NULLIF(s.organization, '') AS organization_code,
    p.demands AS responses,
    p.people,
    p.messages_unidentified AS responses_unidentified,
    a.release,
    a.position AS release_position,
    a.released_at,
    r.release AS row_release,
    r.k,
    g.projector_version
FROM surveys AS s
JOIN log.tenants AS t
    ON t.tenant_id = s.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'survey_results'
    AND g.state = 'live'
JOIN publications AS r
    ON r.tenant_id = s.tenant_id
    AND r.publication = 'survey:' || s.survey_id
JOIN published_rows AS p
    ON p.tenant_id = r.tenant_id
    AND p.publication = r.publication
LEFT JOIN LATERAL (
    SELECT
        max(a.release) AS release,
        max(a.position) AS position,
        max(a.released_at) AS released_at
    FROM publications AS a
    WHERE a.tenant_id = s.tenant_id
        AND a.publication LIKE 'survey:%'
) AS a
    ON true
WHERE s.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    );

COMMENT ON VIEW aggregates.surveys IS
    'Counts of those who spoke, not of those who think so. The last release: surveys with the responses to them. A survey '
    'that fewer than k people answered is not in it.';
COMMENT ON COLUMN aggregates.surveys.status IS 'At present: draft, open or closed.';
COMMENT ON COLUMN aggregates.surveys.organization_code IS 'NULL: the whole tenant''s.';
COMMENT ON COLUMN aggregates.surveys.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN aggregates.surveys.responses_unidentified IS 'Each counts as one person under the rule of k.';
COMMENT ON COLUMN aggregates.surveys.release IS
    'The last release that changed this view. Same release, projector_version and k: same numbers.';
COMMENT ON COLUMN aggregates.surveys.row_release IS
    'The release that this survey shows: it repeats its numbers while fewer than k people changed them.';

CREATE OR REPLACE VIEW aggregates.survey_results WITH (security_barrier) AS
SELECT
    s.survey_id,
    q.number AS question_number,
    q.question_code,
    COALESCE(q.text ->> t.language, q.text ->> s.language) AS question_text,
    q.question_type,
    CASE
        WHEN p.is_withheld THEN 'withheld'
        WHEN p.path[1] = '.' THEN 'none'
        WHEN p.path[1] = '+' THEN 'text'
        ELSE 'option'
    END AS answer,
    o.option_code,
    COALESCE(o.text ->> t.language, o.text ->> s.language, o.option_code) AS option_text,
    p.is_withheld,
    p.demands AS responses,
    p.people,
    p.messages_unidentified AS responses_unidentified,
    a.release,
    a.position AS release_position,
    a.released_at,
    r.release AS row_release,
    r.k,
    g.projector_version
FROM surveys AS s
JOIN log.tenants AS t
    ON t.tenant_id = s.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'survey_results'
    AND g.state = 'live'
JOIN questions AS q
    ON q.tenant_id = s.tenant_id
    AND q.survey_id = s.survey_id
JOIN publications AS r
    ON r.tenant_id = s.tenant_id
    AND r.publication = 'question:' || s.survey_id || ':' || q.question_code
JOIN published_rows AS p
    ON p.tenant_id = r.tenant_id
    AND p.publication = r.publication
LEFT JOIN options AS o
    ON o.tenant_id = s.tenant_id
    AND o.survey_id = s.survey_id
    AND o.question_code = q.question_code
    AND o.option_code = p.path[1]
LEFT JOIN LATERAL (
    SELECT
        max(a.release) AS release,
        max(a.position) AS position,
        max(a.released_at) AS released_at
    FROM publications AS a
    WHERE a.tenant_id = s.tenant_id
        AND a.publication LIKE 'question:%'
) AS a
    ON true
WHERE s.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    );

COMMENT ON VIEW aggregates.survey_results IS
    'Counts of those who spoke, not of those who think so. The last release: for each question, the responses by option or '
    'value, those that gave a text, and those that did not answer. No row stands on fewer than k people: smaller cells of '
    'a question are pooled, with others of the same question where need be, into its row with is_withheld = true, so that '
    'the rows of a question with one choice, a scale or a text add up to the responses of the survey, and subtracting '
    'shown rows from them gives the withheld row and nothing finer. Options that are missing have too few responses, or '
    'none, or are in that row. In multiple choice rows overlap: one response counts in several, they add up to more, and '
    'how many did NOT choose an option (responses of the survey less the row) is not protected: it can be fewer than k.';
COMMENT ON COLUMN aggregates.survey_results.answer IS
    'option: chose it, or the value; text: gave a text; none: did not answer; withheld: several of these together.';
COMMENT ON COLUMN aggregates.survey_results.option_code IS 'Of a scale: the value. NULL unless answer is option.';
COMMENT ON COLUMN aggregates.survey_results.option_text IS 'NULL unless answer is option.';
COMMENT ON COLUMN aggregates.survey_results.responses IS
    'Responses; in a withheld row of multiple choice a response counts once for each option that it chose.';
COMMENT ON COLUMN aggregates.survey_results.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN aggregates.survey_results.responses_unidentified IS 'Each counts as one person under the rule of k.';
COMMENT ON COLUMN aggregates.survey_results.release IS
    'The last release that changed this view. Same release, projector_version and k: same numbers.';
COMMENT ON COLUMN aggregates.survey_results.row_release IS
    'The release that this question shows: it repeats its rows while fewer than k people changed them.';
