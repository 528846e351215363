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
    home         text        NOT NULL,
    CONSTRAINT supports_pkey PRIMARY KEY (tenant_id, stream_id)
);

CREATE INDEX supports_topic_idx ON supports (tenant_id, topic);
CREATE INDEX supports_home_idx ON supports (tenant_id, home);

COMMENT ON TABLE supports IS 'Who supports a topic instead of saying the same again, or as well.';
COMMENT ON COLUMN supports.topic IS 'As it was shown.';
COMMENT ON COLUMN supports.home IS 'What became of that topic.';
COMMENT ON COLUMN supports.person IS 'Random token; NULL: unidentified.';

-- What each message (source) and each support adds to a topic; wording is NULL for a support. weight is 2 ^ (days since
-- 2020-01-01 / 30), in decimals, whose sum does not depend on the order.
CREATE VIEW voices AS
SELECT
    d.tenant_id, d.message_id AS source, d.home AS topic, m.person, COALESCE(d.same_wording_as, d.position) AS wording, d.category,
    m.occurred_at, CASE WHEN d.demand = 1 THEN m.reported_support ELSE 0 END AS reported_support,
    round(
        power(
            2::double precision,
            -- 2 ^ 1100 and 2 ^ -1100 are no numbers of a double.
            greatest(-1000, least(1000, extract(epoch FROM m.occurred_at - '2020-01-01Z'::timestamptz)::double precision / 2592000))
        )::numeric,
        6
    ) AS weight
FROM demands AS d
JOIN messages AS m
    ON m.tenant_id = d.tenant_id
    AND m.message_id = d.message_id
WHERE d.home <> ''
    AND NOT m.withdrawn
UNION ALL
SELECT
    u.tenant_id, u.stream_id, u.home, u.person, NULL, NULL, u.supported_at, 0,
    round(
        power(
            2::double precision,
            greatest(
                -1000, least(1000, extract(epoch FROM u.supported_at - '2020-01-01Z'::timestamptz)::double precision / 2592000)
            )
        )::numeric,
        6
    )
FROM supports AS u;

COMMENT ON VIEW voices IS 'What each demand and each support adds to the numbers of its topic.';

-- What the numbers of each topic are made of: kept beside them, so that a voice more costs the same in a topic of ten and of
-- ten million.
CREATE TABLE topic_people (
    tenant_id      integer NOT NULL,
    topic          text    NOT NULL,
    person         uuid    NOT NULL,
    demands        integer NOT NULL,
    supports       integer NOT NULL,
    demand_weight  numeric,
    support_weight numeric,
    CONSTRAINT topic_people_pkey PRIMARY KEY (tenant_id, topic, person)
);

COMMENT ON TABLE topic_people IS 'The known persons of each topic.';
COMMENT ON COLUMN topic_people.demand_weight IS 'Of the latest of these demands; NULL: there is none.';
COMMENT ON COLUMN topic_people.support_weight IS 'Of the latest of these supports; NULL: there is none.';

CREATE TABLE topic_wordings (
    tenant_id integer NOT NULL,
    topic     text    NOT NULL,
    wording   bigint  NOT NULL,
    demands   integer NOT NULL,
    CONSTRAINT topic_wordings_pkey PRIMARY KEY (tenant_id, topic, wording)
);

COMMENT ON TABLE topic_wordings IS 'The wordings of each topic.';
COMMENT ON COLUMN topic_wordings.wording IS 'Position of the first demand so worded, of whatever topic.';

CREATE TABLE topic_categories (
    tenant_id integer NOT NULL,
    topic     text    NOT NULL,
    category  text    NOT NULL,
    demands   integer NOT NULL,
    CONSTRAINT topic_categories_pkey PRIMARY KEY (tenant_id, topic, category)
);

COMMENT ON TABLE topic_categories IS 'The categories of the demands of each topic.';

CREATE TABLE topics (
    tenant_id        integer NOT NULL,
    topic            text    NOT NULL,
    category         text    NOT NULL,
    demands          integer NOT NULL,
    people           integer NOT NULL,
    unidentified     integer NOT NULL,
    wordings         integer NOT NULL,
    repeating_people integer NOT NULL,
    supports         integer NOT NULL,
    supporters       integer NOT NULL,
    reported_support bigint  NOT NULL,
    first_at         timestamptz,
    last_at          timestamptz,
    people_weight    numeric NOT NULL,
    CONSTRAINT topics_pkey PRIMARY KEY (tenant_id, topic)
) WITH (fillfactor = 70);

COMMENT ON TABLE topics IS 'Each topic that has demands or supports, counted.';
COMMENT ON COLUMN topics.category IS 'That of most of its demands; of equal ones the first by code; empty: it has none.';
COMMENT ON COLUMN topics.unidentified IS 'Demands whose sender is not known.';
COMMENT ON COLUMN topics.wordings IS 'Different wordings: demands of the same wording count once here.';
COMMENT ON COLUMN topics.repeating_people IS 'Known persons with two demands of it or more.';
COMMENT ON COLUMN topics.supporters IS
    'Those who supported it and have no demand in it: known persons once, others each.';
COMMENT ON COLUMN topics.first_at IS 'When the first of its demands occurred; NULL: it has none.';
COMMENT ON COLUMN topics.people_weight IS
    'Sum over people and supporters (each with the latest demand or support; the unidentified each for themselves) of 2 ^ (days since 2020-01-01 / 30): '
    'forward decay, so that heat at any time is this times 2 ^ (- days since 2020-01-01 / 30).';
