-- Briefs: what an organization says to whoever decides, out of topics. One row a brief, one a topic of it, one an answer of those
-- behind the topics. The words are in the vault.
CREATE TABLE briefs (
    tenant_id              integer     NOT NULL,
    brief_id               uuid        NOT NULL,
    drafted_position       bigint      NOT NULL,
    drafted_at             timestamptz NOT NULL,
    state                  text        NOT NULL,
    organization           text        NOT NULL,
    wording                integer     NOT NULL,
    title_passage          smallint    NOT NULL,
    text_passage           smallint    NOT NULL,
    counted_position       bigint      NOT NULL,
    counted_version        integer     NOT NULL,
    counted_of             text        NOT NULL,
    demands                integer     NOT NULL,
    messages               integer     NOT NULL,
    people                 integer     NOT NULL,
    unidentified           integer     NOT NULL,
    supporters             integer     NOT NULL,
    reported_support       bigint      NOT NULL,
    first_at               timestamptz NOT NULL,
    last_at                timestamptz NOT NULL,
    put_to_supporters_at   timestamptz,
    delivered_at           timestamptz,
    recipient_organization text,
    outcome                text,
    decided_at             timestamptz,
    CONSTRAINT briefs_pkey PRIMARY KEY (tenant_id, brief_id),
    CONSTRAINT briefs_state_check CHECK (state IN ('draft', 'checking', 'delivered', 'decided', 'dropped'))
) WITH (fillfactor = 70);

CREATE INDEX briefs_drafted_idx ON briefs (tenant_id, drafted_position);

COMMENT ON TABLE briefs IS 'One row a brief, as it stands; demands to last_at are those of all its topics when it was drafted.';
COMMENT ON COLUMN briefs.wording IS 'Number of its present words, from 1.';
COMMENT ON COLUMN briefs.title_passage IS 'Of its stream in the vault; text_passage likewise.';
COMMENT ON COLUMN briefs.counted_position IS 'The last event that the counts contain; counted_version is the version of the projector topics.';
COMMENT ON COLUMN briefs.counted_of IS 'The organization whose demands alone were counted; empty: the whole tenant''s.';
COMMENT ON COLUMN briefs.people IS 'Distinct known persons of all its topics, each once.';
COMMENT ON COLUMN briefs.put_to_supporters_at IS 'When it was last; NULL: never.';
COMMENT ON COLUMN briefs.delivered_at IS 'NULL: not delivered.';
COMMENT ON COLUMN briefs.recipient_organization IS 'A code; empty: whoever decides is named in words; NULL: not delivered.';
COMMENT ON COLUMN briefs.outcome IS 'NULL: none was recorded.';
COMMENT ON COLUMN briefs.decided_at IS 'NULL: no outcome was recorded.';

CREATE TABLE brief_topics (
    tenant_id        integer     NOT NULL,
    brief_id         uuid        NOT NULL,
    topic            text        NOT NULL,
    state            text        NOT NULL,
    demands          integer     NOT NULL,
    messages         integer     NOT NULL,
    people           integer     NOT NULL,
    unidentified     integer     NOT NULL,
    supporters       integer     NOT NULL,
    reported_support bigint      NOT NULL,
    first_at         timestamptz NOT NULL,
    last_at          timestamptz NOT NULL,
    CONSTRAINT brief_topics_pkey PRIMARY KEY (tenant_id, brief_id, topic)
) WITH (fillfactor = 70);

CREATE INDEX brief_topics_topic_idx ON brief_topics (tenant_id, topic);

COMMENT ON TABLE brief_topics IS 'Of which topics a brief is, with their counts when it was drafted.';
COMMENT ON COLUMN brief_topics.topic IS 'As it was named then; successors of the projector topics say what became of it.';
COMMENT ON COLUMN brief_topics.state IS 'Of the brief.';
COMMENT ON COLUMN brief_topics.people IS 'Distinct known persons of this topic; must not be summed.';

CREATE TABLE brief_checks (
    tenant_id  integer NOT NULL,
    brief_id   uuid    NOT NULL,
    wording    integer NOT NULL,
    message_id uuid    NOT NULL,
    person     uuid,
    answer     text    NOT NULL,
    CONSTRAINT brief_checks_pkey PRIMARY KEY (tenant_id, brief_id, wording, message_id),
    CONSTRAINT brief_checks_answer_check CHECK (answer IN ('yes', 'partly', 'no'))
);

CREATE INDEX brief_checks_person_idx ON brief_checks (tenant_id, person) WHERE person IS NOT NULL;

COMMENT ON TABLE brief_checks IS 'Whether a brief says what those behind its topics mean: one answer a person and wording.';
COMMENT ON COLUMN brief_checks.wording IS 'That was answered to; only answers to the present one count.';
COMMENT ON COLUMN brief_checks.message_id IS 'The message whose tracking code the answer came with.';
COMMENT ON COLUMN brief_checks.person IS 'Random token; NULL: unidentified.';
