-- Where each message is heard: under which channel, place and groups. Cells are counted from it, by name and by day; the
-- people of a name by an index on the entries (indexes.sql), so that nothing is kept of them twice.
CREATE TABLE entries (
    tenant_id        integer  NOT NULL,
    message_id       uuid     NOT NULL,
    dimension        text     NOT NULL,
    name             text     NOT NULL,
    is_registered    boolean  NOT NULL,
    pair             smallint NOT NULL,
    occurred_on      date     NOT NULL,
    person           uuid,
    reported_support integer  NOT NULL,
    CONSTRAINT entries_dimension_check CHECK (dimension IN ('channel', 'place', 'group'))
);

COMMENT ON TABLE entries IS 'Each message that counts, once under every name at which it is heard.';
COMMENT ON COLUMN entries.name IS 'Code of what is registered, else the name as given.';
COMMENT ON COLUMN entries.pair IS 'Number of the message under this name, unique within its dimension.';
COMMENT ON COLUMN entries.person IS 'Random token; NULL: unidentified.';

CREATE TABLE cells (
    tenant_id             integer NOT NULL,
    dimension             text    NOT NULL,
    name                  text    NOT NULL,
    is_registered         boolean NOT NULL,
    messages              integer NOT NULL,
    people                integer NOT NULL,
    messages_unidentified integer NOT NULL,
    CONSTRAINT cells_pkey PRIMARY KEY (tenant_id, dimension, is_registered, name)
) WITH (fillfactor = 70);

COMMENT ON TABLE cells IS 'Messages and people by name.';

CREATE TABLE cell_days (
    tenant_id     integer NOT NULL,
    dimension     text    NOT NULL,
    name          text    NOT NULL,
    is_registered boolean NOT NULL,
    occurred_on   date    NOT NULL,
    messages      integer NOT NULL,
    CONSTRAINT cell_days_pkey PRIMARY KEY (tenant_id, dimension, is_registered, name, occurred_on)
) WITH (fillfactor = 70);

COMMENT ON TABLE cell_days IS 'Messages by name and day on which they occurred: the last day is the last one heard.';

CREATE TABLE published_names (
    tenant_id        integer NOT NULL,
    dimension        text    NOT NULL,
    name             text    NOT NULL,
    is_registered    boolean NOT NULL,
    is_silent        boolean NOT NULL,
    last_heard_month date,
    CONSTRAINT published_names_pkey PRIMARY KEY (tenant_id, dimension, is_registered, name)
);

COMMENT ON TABLE published_names IS
    'What the last release says of each name besides the numbers: registered ones, and those with numbers.';
COMMENT ON COLUMN published_names.is_silent IS 'Nobody was heard by that release; never true again afterwards.';
COMMENT ON COLUMN published_names.last_heard_month IS
    'The latest month in which at least k people were last heard, when the numbers last changed; NULL: no numbers are '
    'shown, or no month has k of them.';
