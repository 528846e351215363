-- Messages: coordinates to open demands with. Facts: one row a demand with its present coordinates. Cells: derived from
-- the facts that changed, for three grains of time. The people of a cell are counted by an index on the facts
-- (indexes.sql), so that nothing is kept of them twice.
-- names.sql is beside them: a place as given is what it leads to there, at the end of every batch.
CREATE TABLE messages (
    tenant_id        integer     NOT NULL,
    message_id       uuid        NOT NULL,
    organization     text        NOT NULL,
    place            text        NOT NULL,
    place_key        text        NOT NULL,
    channel          text        NOT NULL,
    groups           text[]      NOT NULL,
    group_keys       text[]      NOT NULL,
    source           text,
    language         text,
    occurred_at      timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    person           uuid,
    reported_support integer     NOT NULL,
    text             smallint,
    subject          smallint,
    CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, message_id)
);

COMMENT ON TABLE messages IS
    'Coordinates of each message as its sender gave them last, for the demands that are opened out of it, now or later.';
COMMENT ON COLUMN messages.organization IS 'Empty: none was named.';
COMMENT ON COLUMN messages.place IS 'As given, trimmed; empty: none was named.';
COMMENT ON COLUMN messages.place_key IS 'The place as names are compared; empty: none was named.';
COMMENT ON COLUMN messages.group_keys IS 'The groups as names are compared.';
COMMENT ON COLUMN messages.text IS
    'Number of the passage that words it at present; NULL: of a response, whose demands name theirs.';
COMMENT ON COLUMN messages.subject IS 'Number of the passage that is its subject; NULL: it has none.';
COMMENT ON COLUMN messages.source IS 'NULL: the tenant''s own form.';
COMMENT ON COLUMN messages.language IS 'NULL: nobody said.';
COMMENT ON COLUMN messages.person IS 'Random token; NULL: unidentified.';

CREATE TABLE facts (
    tenant_id          integer     NOT NULL,
    message_id         uuid        NOT NULL,
    demand             smallint    NOT NULL,
    opened_position    bigint      NOT NULL,
    changed_position   bigint      NOT NULL,
    category           text        NOT NULL,
    category_method    text        NOT NULL,
    kind               text,
    passage            smallint,
    organization       text        NOT NULL,
    place_given        text        NOT NULL,
    place_key          text        NOT NULL,
    place              text        NOT NULL,
    place_registered   boolean     NOT NULL,
    channel            text        NOT NULL,
    groups             text[]      NOT NULL,
    group_keys         text[]      NOT NULL,
    source             text,
    language           text,
    occurred_at        timestamptz NOT NULL,
    occurred_on        date        NOT NULL,
    received_at        timestamptz NOT NULL,
    person             uuid,
    reported_support   integer     NOT NULL,
    withdrawn          boolean     NOT NULL,
    sets_place         boolean     NOT NULL,
    sets_groups        boolean     NOT NULL,
    coordinates        uuid        NOT NULL,
    kind_method        text,
    narrowed_in        smallint,
    spans              integer[],
    rejoined           boolean     NOT NULL,
    against            text,
    CONSTRAINT facts_pkey PRIMARY KEY (tenant_id, message_id, demand)
);

COMMENT ON TABLE facts IS 'One row a demand with its present coordinates.';
COMMENT ON COLUMN facts.organization IS 'Empty: none was named.';
COMMENT ON COLUMN facts.place_given IS 'As given by the message or a reviewer, trimmed; empty: none was named.';
COMMENT ON COLUMN facts.place_key IS 'The place as names are compared; empty: none was named.';
COMMENT ON COLUMN facts.place IS 'Code of the registered place, else as given; empty: none was named.';
COMMENT ON COLUMN facts.groups IS 'As given by the message or a reviewer.';
COMMENT ON COLUMN facts.group_keys IS 'The groups as names are compared.';
COMMENT ON COLUMN facts.sets_place IS 'true: a reviewer said where it belongs; no amendment moves it.';
COMMENT ON COLUMN facts.sets_groups IS 'true: a reviewer said whose it is; no amendment changes that.';
COMMENT ON COLUMN facts.kind IS 'NULL: nobody said.';
COMMENT ON COLUMN facts.kind_method IS 'How the kind was found: given, model, reviewer; NULL: nobody said.';
COMMENT ON COLUMN facts.withdrawn IS 'true: it counts no longer; its message was withdrawn, or it was rejoined.';
COMMENT ON COLUMN facts.rejoined IS 'true: it is one again with the demand that it was divided from, and no demand any more.';
COMMENT ON COLUMN facts.narrowed_in IS 'Number of the passage in which a division narrowed it; NULL: none.';
COMMENT ON COLUMN facts.spans IS
    'The parts of its passage that word it: from, to, from, to…, in Unicode scalars from 0; NULL: all of it.';
COMMENT ON COLUMN facts.against IS
    'The organization that it speaks against: neither that nor one below it may read it; NULL: none.';
COMMENT ON COLUMN facts.passage IS 'Number of the passage that words it; NULL: the message''s text.';
COMMENT ON COLUMN facts.source IS 'NULL: the tenant''s own form.';
COMMENT ON COLUMN facts.language IS 'NULL: nobody said.';
COMMENT ON COLUMN facts.occurred_on IS 'Day of occurred_at in the tenant''s time zone.';
COMMENT ON COLUMN facts.person IS 'Random token; NULL: unidentified.';
COMMENT ON COLUMN facts.coordinates IS
    'md5 of category, kind, organization, place and channel: with a period, the cell that it counts in.';

CREATE TABLE cells (
    tenant_id             integer NOT NULL,
    grain                 text    NOT NULL,
    period                date    NOT NULL,
    coordinates           uuid    NOT NULL,
    category              text    NOT NULL,
    kind                  text    NOT NULL,
    organization          text    NOT NULL,
    place                 text    NOT NULL,
    place_registered      boolean NOT NULL,
    channel               text    NOT NULL,
    demands               integer NOT NULL,
    messages              integer NOT NULL,
    people                integer NOT NULL,
    messages_unidentified integer NOT NULL,
    reported_support      bigint  NOT NULL,
    CONSTRAINT cells_pkey PRIMARY KEY (tenant_id, grain, period, coordinates),
    CONSTRAINT cells_grain_check CHECK (grain IN ('day', 'week', 'month'))
) WITH (fillfactor = 70);

COMMENT ON TABLE cells IS 'Counts by grain, period, category, kind, organization, place and channel.';
COMMENT ON COLUMN cells.coordinates IS 'As facts.coordinates.';
COMMENT ON COLUMN cells.kind IS 'Empty: nobody said.';
