-- Demands gathered into topics: where finders placed each, what reviewers made of it, and the numbers of each topic as it
-- stands. Topics are named t<position of the demand that founded it> or s<number of the operation that split it off>.
CREATE TABLE messages (
    tenant_id        integer     NOT NULL,
    message_id       uuid        NOT NULL,
    person           uuid,
    occurred_at      timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    reported_support integer     NOT NULL,
    organization     text        NOT NULL,
    place            text        NOT NULL,
    groups           text[]      NOT NULL,
    withdrawn        boolean     NOT NULL,
    place_key        text        NOT NULL,
    group_keys       text[]      NOT NULL,
    CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, message_id)
);

COMMENT ON TABLE messages IS 'One row a message.';
COMMENT ON COLUMN messages.person IS 'Random token; NULL: unidentified.';
COMMENT ON COLUMN messages.place IS 'As given; empty: none was named.';
COMMENT ON COLUMN messages.place_key IS 'The place as names are compared.';
COMMENT ON COLUMN messages.group_keys IS 'The groups as names are compared.';

CREATE TABLE demands (
    tenant_id       integer  NOT NULL,
    message_id      uuid     NOT NULL,
    demand          smallint NOT NULL,
    position        bigint   NOT NULL,
    category        text     NOT NULL,
    link            text     NOT NULL,
    home            text     NOT NULL,
    method          text     NOT NULL,
    confidence      integer  NOT NULL,
    because         bigint,
    same_wording_as bigint,
    rejoined        boolean  NOT NULL,
    place           text,
    place_key       text,
    groups          text[],
    group_keys      text[],
    CONSTRAINT demands_pkey PRIMARY KEY (tenant_id, message_id, demand)
);

CREATE INDEX demands_home_idx ON demands (tenant_id, home) WHERE home <> '';
CREATE INDEX demands_link_idx ON demands (tenant_id, link) WHERE link <> '';
CREATE INDEX demands_position_idx ON demands (tenant_id, position);

COMMENT ON TABLE demands IS 'One row a demand.';
COMMENT ON COLUMN demands.position IS 'At which it was opened: its name in topics.';
COMMENT ON COLUMN demands.link IS 'The topic in which the finder placed it; empty: in none, or not yet.';
COMMENT ON COLUMN demands.home IS 'The topic that holds it now; empty: none.';
COMMENT ON COLUMN demands.confidence IS 'Of the link, in ten-thousandths.';
COMMENT ON COLUMN demands.place IS 'As a reviewer set it, empty for none; NULL: that of its message holds.';
COMMENT ON COLUMN demands.place_key IS 'The place as names are compared.';
COMMENT ON COLUMN demands.groups IS 'As a reviewer set them; NULL: those of its message hold.';
COMMENT ON COLUMN demands.group_keys IS 'The groups as names are compared.';
COMMENT ON COLUMN demands.same_wording_as IS 'Position of the first demand of the same wording; NULL: of its own.';

CREATE TABLE supports (
    tenant_id    integer     NOT NULL,
    stream_id    uuid        NOT NULL,
    topic        text        NOT NULL,
    person       uuid,
    supported_at timestamptz NOT NULL,
    CONSTRAINT supports_pkey PRIMARY KEY (tenant_id, stream_id)
);

CREATE INDEX supports_topic_idx ON supports (tenant_id, topic);

COMMENT ON TABLE supports IS 'Who supports a topic instead of saying the same again, or as well.';
COMMENT ON COLUMN supports.topic IS 'As it was shown; successors says what became of it.';
COMMENT ON COLUMN supports.person IS 'Random token; NULL: unidentified.';

CREATE TABLE topics (
    tenant_id        integer          NOT NULL,
    topic            text             NOT NULL,
    category         text             NOT NULL,
    demands          integer          NOT NULL,
    people           integer          NOT NULL,
    unidentified     integer          NOT NULL,
    wordings         integer          NOT NULL,
    repeating_people integer          NOT NULL,
    supporters       integer          NOT NULL,
    reported_support bigint           NOT NULL,
    first_at         timestamptz      NOT NULL,
    last_at          timestamptz      NOT NULL,
    people_weight    double precision NOT NULL,
    CONSTRAINT topics_pkey PRIMARY KEY (tenant_id, topic)
) WITH (fillfactor = 70);

COMMENT ON TABLE topics IS 'Each topic that stands, counted.';
COMMENT ON COLUMN topics.category IS 'That of most of its demands; of equal ones the first by code.';
COMMENT ON COLUMN topics.unidentified IS 'Demands whose sender is not known.';
COMMENT ON COLUMN topics.wordings IS 'Different wordings: demands of the same wording count once here.';
COMMENT ON COLUMN topics.repeating_people IS 'Known persons with two demands of it or more.';
COMMENT ON COLUMN topics.supporters IS
    'Those who supported it and have no demand in it: known persons once, others each.';
COMMENT ON COLUMN topics.people_weight IS
    'Sum over people and supporters (each with the latest demand or support; the unidentified each for themselves) of 2 ^ (days since 2020-01-01 / 30): '
    'forward decay, so that heat at any time is this times 2 ^ (- days since 2020-01-01 / 30).';
