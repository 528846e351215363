-- What each source said of each demand last (words), and what each model's word is compared with (pairs): what people said,
-- what keywords found, what earlier models say. Cells are counted from the pairs, for the tenant and for each organization;
-- their people by an index on the pairs (late_indexes.sql), so that nothing is kept of them twice.
CREATE TABLE models (
    tenant_id         integer     NOT NULL,
    model             integer     NOT NULL,
    target            text        NOT NULL,
    digest            text        NOT NULL,
    training_set      text        NOT NULL,
    examples          integer     NOT NULL,
    labels            integer     NOT NULL,
    macro_f1          integer     NOT NULL,
    accuracy          integer     NOT NULL,
    calibration_error integer     NOT NULL,
    trained_at        timestamptz NOT NULL,
    active_threshold  integer,
    beside_threshold  integer,
    CONSTRAINT models_pkey PRIMARY KEY (tenant_id, model),
    CONSTRAINT models_target_check CHECK (target IN ('category', 'kind'))
);

COMMENT ON TABLE models IS 'Every trained model, and whether it is in use. Measures and thresholds in ten-thousandths.';
COMMENT ON COLUMN models.digest IS 'SHA-256 of its bytes, hexadecimal.';
COMMENT ON COLUMN models.training_set IS 'SHA-256 of its examples, hexadecimal.';
COMMENT ON COLUMN models.active_threshold IS 'NULL: it does not classify.';
COMMENT ON COLUMN models.beside_threshold IS 'NULL: it does not run beside the one in use.';

CREATE TABLE judges (
    tenant_id integer NOT NULL,
    model     integer NOT NULL,
    CONSTRAINT judges_pkey PRIMARY KEY (tenant_id, model)
);

COMMENT ON TABLE judges IS 'Models that have said something of a demand, whatever became of it: each has a publication.';

CREATE TABLE messages (
    tenant_id    integer NOT NULL,
    message_id   uuid    NOT NULL,
    organization text    NOT NULL,
    person       uuid,
    CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, message_id)
);

COMMENT ON TABLE messages IS 'One row a message that is not withdrawn, with what its demands are told apart by.';
COMMENT ON COLUMN messages.organization IS 'Empty: none was named.';
COMMENT ON COLUMN messages.person IS 'Random token; NULL: unidentified.';

CREATE TABLE words (
    tenant_id  integer  NOT NULL,
    message_id uuid     NOT NULL,
    demand     smallint NOT NULL,
    target     text     NOT NULL,
    source     text     NOT NULL,
    version    integer  NOT NULL,
    value      text     NOT NULL,
    CONSTRAINT words_pkey PRIMARY KEY (tenant_id, message_id, demand, target, source, version)
);

COMMENT ON TABLE words IS 'The last word of each source on each demand that was neither withdrawn nor rejoined.';
COMMENT ON COLUMN words.target IS 'What is said: category, kind.';
COMMENT ON COLUMN words.source IS 'given, reviewer, keywords, model.';
COMMENT ON COLUMN words.version IS 'The model''s number; 0 for other sources.';
COMMENT ON COLUMN words.value IS 'Code of the category, or the kind; empty: it names none.';

CREATE TABLE pairs (
    tenant_id      integer  NOT NULL,
    message_id     uuid     NOT NULL,
    demand         smallint NOT NULL,
    target         text     NOT NULL,
    source         text     NOT NULL,
    source_version integer  NOT NULL,
    value          text     NOT NULL,
    model          integer  NOT NULL,
    model_value    text     NOT NULL,
    is_settled     boolean  NOT NULL,
    organization   text     NOT NULL,
    person         uuid,
    coordinates    uuid     NOT NULL
);

COMMENT ON TABLE pairs IS
    'Each model''s word on a demand beside that of each other source: people, keywords, models of lower numbers.';
COMMENT ON COLUMN pairs.source IS 'As words.source; none: nobody but models said anything.';
COMMENT ON COLUMN pairs.source_version IS 'As words.version.';
COMMENT ON COLUMN pairs.value IS 'What the source says; empty: it names none.';
COMMENT ON COLUMN pairs.model_value IS 'What the model says; empty: it names none.';
COMMENT ON COLUMN pairs.is_settled IS 'true: a person has said it, so that no model changes it.';
COMMENT ON COLUMN pairs.organization IS 'Empty: none was named.';
COMMENT ON COLUMN pairs.person IS 'Random token; NULL: unidentified.';
COMMENT ON COLUMN pairs.coordinates IS 'md5 of all that a pair is counted by but for the organization.';

CREATE TABLE cells (
    tenant_id      integer NOT NULL,
    grain          text    NOT NULL,
    organization   text    NOT NULL,
    coordinates    uuid    NOT NULL,
    target         text    NOT NULL,
    source         text    NOT NULL,
    source_version integer NOT NULL,
    value          text    NOT NULL,
    model          integer NOT NULL,
    model_value    text    NOT NULL,
    is_settled     boolean NOT NULL,
    demands        integer NOT NULL,
    people         integer NOT NULL,
    CONSTRAINT cells_pkey PRIMARY KEY (tenant_id, grain, organization, coordinates),
    CONSTRAINT cells_grain_check CHECK (grain IN ('all', 'organization'))
) WITH (fillfactor = 70);

COMMENT ON TABLE cells IS 'How many pairs say the same two things; in the grain organization, of one organization''s demands.';
COMMENT ON COLUMN cells.organization IS 'Empty: of all, or none was named.';
COMMENT ON COLUMN cells.coordinates IS 'As pairs.coordinates.';
