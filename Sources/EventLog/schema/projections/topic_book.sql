-- What finders and reviewers did with topics, and what follows from it: where topics and demands lead, and what topics are
-- called. Made in every generation of a projector that asks for it, before the projector's own tables; folded from the one
-- stream `topics` of each tenant.
CREATE TABLE operations (
    tenant_id integer NOT NULL,
    operation integer NOT NULL,
    type      text    NOT NULL,
    body      text    NOT NULL,
    CONSTRAINT operations_pkey PRIMARY KEY (tenant_id, operation)
);

COMMENT ON TABLE operations IS 'What finders and reviewers did with topics, and took back, as the events say it.';

CREATE TABLE successors (
    tenant_id integer NOT NULL,
    topic     text    NOT NULL,
    present   text    NOT NULL,
    CONSTRAINT successors_pkey PRIMARY KEY (tenant_id, topic)
);

COMMENT ON TABLE successors IS 'Topics that are part of another one now.';

CREATE TABLE moves (
    tenant_id integer NOT NULL,
    position  bigint  NOT NULL,
    topic     text    NOT NULL,
    CONSTRAINT moves_pkey PRIMARY KEY (tenant_id, position)
);

COMMENT ON TABLE moves IS 'Where reviewers put demands, by split or move, whatever became of that topic since.';

CREATE TABLE titles (
    tenant_id   integer NOT NULL,
    topic       text    NOT NULL,
    title       text    NOT NULL,
    is_approved boolean NOT NULL,
    CONSTRAINT titles_pkey PRIMARY KEY (tenant_id, topic)
);

COMMENT ON TABLE titles IS 'What reviewers call a topic; shown to everybody once it is approved.';
