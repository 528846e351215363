-- Surveys as they stand, with their questions and options; facts: one row a response, with its answers; cells: counts of a
-- survey, of a question and of an option, with the persons of each, so that people are counted once.
CREATE TABLE surveys (
    tenant_id        integer     NOT NULL,
    survey_id        uuid        NOT NULL,
    drafted_position bigint      NOT NULL,
    survey_version   integer     NOT NULL,
    status           text        NOT NULL,
    organization     text        NOT NULL,
    language         text        NOT NULL,
    title            jsonb       NOT NULL,
    opened_at        timestamptz,
    closed_at        timestamptz,
    CONSTRAINT surveys_pkey PRIMARY KEY (tenant_id, survey_id),
    CONSTRAINT surveys_status_check CHECK (status IN ('draft', 'open', 'closed'))
);

CREATE INDEX surveys_drafted_position_idx ON surveys (tenant_id, drafted_position);

COMMENT ON TABLE surveys IS 'Every survey with its present version.';
COMMENT ON COLUMN surveys.organization IS 'Empty: the whole tenant''s.';
COMMENT ON COLUMN surveys.title IS 'Language to text; always one in the survey''s language.';
COMMENT ON COLUMN surveys.opened_at IS 'NULL: still a draft.';
COMMENT ON COLUMN surveys.closed_at IS 'NULL: not closed yet.';

CREATE TABLE questions (
    tenant_id     integer  NOT NULL,
    survey_id     uuid     NOT NULL,
    number        smallint NOT NULL,
    question_code text     NOT NULL,
    question_type text     NOT NULL,
    text          jsonb    NOT NULL,
    CONSTRAINT questions_pkey PRIMARY KEY (tenant_id, survey_id, question_code),
    CONSTRAINT questions_type_check CHECK (question_type IN ('single', 'multiple', 'scale', 'text'))
);

COMMENT ON TABLE questions IS 'The questions of each survey''s present version; they stay once it is open.';
COMMENT ON COLUMN questions.number IS 'Place in the survey, from 1.';

CREATE TABLE options (
    tenant_id     integer  NOT NULL,
    survey_id     uuid     NOT NULL,
    question_code text     NOT NULL,
    number        smallint NOT NULL,
    option_code   text     NOT NULL,
    text          jsonb    NOT NULL,
    CONSTRAINT options_pkey PRIMARY KEY (tenant_id, survey_id, question_code, option_code)
);

COMMENT ON TABLE options IS 'What can be chosen: options, and the values of scales.';
COMMENT ON COLUMN options.number IS 'Place in the question, from 1.';
COMMENT ON COLUMN options.option_code IS 'Of a scale: the value.';
COMMENT ON COLUMN options.text IS 'Language to text; empty for a value of a scale that has no label.';

CREATE TABLE facts (
    tenant_id        integer NOT NULL,
    message_id       uuid    NOT NULL,
    survey_id        uuid    NOT NULL,
    position         bigint  NOT NULL,
    changed_position bigint  NOT NULL,
    person           uuid,
    withdrawn        boolean NOT NULL,
    CONSTRAINT facts_pkey PRIMARY KEY (tenant_id, message_id)
);

CREATE INDEX facts_survey_changed_idx ON facts (tenant_id, survey_id, changed_position);

COMMENT ON TABLE facts IS 'One row a response.';
COMMENT ON COLUMN facts.person IS 'Random token; NULL: unidentified.';

CREATE TABLE answers (
    tenant_id     integer  NOT NULL,
    message_id    uuid     NOT NULL,
    entry         smallint NOT NULL,
    survey_id     uuid     NOT NULL,
    question_code text     NOT NULL,
    option_code   text     NOT NULL,
    CONSTRAINT answers_pkey PRIMARY KEY (tenant_id, message_id, entry)
);

CREATE INDEX answers_question_idx ON answers (tenant_id, survey_id, question_code);

COMMENT ON TABLE answers IS 'One row for each chosen option, each value of a scale, each text that was given.';
COMMENT ON COLUMN answers.entry IS 'From 1 within the response.';
COMMENT ON COLUMN answers.option_code IS 'Of a scale: the value. Empty: a text was given.';

CREATE TABLE cells (
    tenant_id              integer NOT NULL,
    survey_id              uuid    NOT NULL,
    question_code          text    NOT NULL,
    option_code            text    NOT NULL,
    responses              integer NOT NULL,
    people                 integer NOT NULL,
    responses_unidentified integer NOT NULL,
    CONSTRAINT cells_pkey PRIMARY KEY (tenant_id, survey_id, question_code, option_code)
) WITH (fillfactor = 70);

CREATE INDEX cells_empty_idx ON cells (tenant_id) WHERE responses = 0;

COMMENT ON TABLE cells IS 'Responses of a survey, those that answer a question, those that chose an option.';
COMMENT ON COLUMN cells.question_code IS 'Empty: the whole survey.';
COMMENT ON COLUMN cells.option_code IS 'Of a scale: the value. Empty: the whole question, or survey.';

CREATE TABLE cell_people (
    tenant_id     integer NOT NULL,
    survey_id     uuid    NOT NULL,
    question_code text    NOT NULL,
    option_code   text    NOT NULL,
    person        uuid    NOT NULL,
    responses     integer NOT NULL,
    CONSTRAINT cell_people_pkey PRIMARY KEY (tenant_id, survey_id, question_code, option_code, person)
);

CREATE INDEX cell_people_gone_idx ON cell_people (tenant_id) WHERE responses = 0;

COMMENT ON TABLE cell_people IS 'The known persons of each cell: for counting them once, never for a view.';
