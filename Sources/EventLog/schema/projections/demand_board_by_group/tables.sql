-- What stands in each group (a demand once in each of its groups), and the cells that are counted from it; their people by
-- indexes on the entries (indexes.sql), so that nothing is kept of them twice.
CREATE TABLE entries (
    tenant_id        integer  NOT NULL,
    message_id       uuid     NOT NULL,
    demand           smallint NOT NULL,
    pair             smallint NOT NULL,
    group_name       text     NOT NULL,
    is_registered    boolean  NOT NULL,
    ties             text     NOT NULL,
    asserted_by      text     NOT NULL,
    category         text     NOT NULL,
    kind             text     NOT NULL,
    organization     text     NOT NULL,
    place            text     NOT NULL,
    place_registered boolean  NOT NULL,
    occurred_on      date     NOT NULL,
    person           uuid,
    messages         smallint NOT NULL,
    reported_support integer  NOT NULL,
    coordinates      uuid     NOT NULL
);

COMMENT ON TABLE entries IS 'Each demand that counts, once in each group that its names lead to now.';
COMMENT ON COLUMN entries.pair IS 'Number of the demand in this group, unique within the message.';
COMMENT ON COLUMN entries.group_name IS 'Code of the registered group, else the name as given.';
COMMENT ON COLUMN entries.ties IS 'As given, joined by commas; empty for registered groups, which have their own.';
COMMENT ON COLUMN entries.person IS 'Random token; NULL: unidentified.';
COMMENT ON COLUMN entries.messages IS '1 on the first demand of the message in this group, 0 on its others.';
COMMENT ON COLUMN entries.coordinates IS 'md5 of all that a demand is counted by in a group but for time.';

CREATE TABLE cells (
    tenant_id             integer NOT NULL,
    grain                 text    NOT NULL,
    period                date    NOT NULL,
    coordinates           uuid    NOT NULL,
    group_name            text    NOT NULL,
    is_registered         boolean NOT NULL,
    ties                  text    NOT NULL,
    asserted_by           text    NOT NULL,
    category              text    NOT NULL,
    kind                  text    NOT NULL,
    organization          text    NOT NULL,
    place                 text    NOT NULL,
    place_registered      boolean NOT NULL,
    demands               integer NOT NULL,
    messages              integer NOT NULL,
    people                integer NOT NULL,
    messages_unidentified integer NOT NULL,
    reported_support      bigint  NOT NULL,
    CONSTRAINT cells_pkey PRIMARY KEY (tenant_id, grain, period, coordinates),
    CONSTRAINT cells_grain_check CHECK (grain IN ('day', 'month', 'total'))
) WITH (fillfactor = 70);

COMMENT ON TABLE cells IS 'Counts by group and what else a demand is counted by; by group alone in the grain total.';
COMMENT ON COLUMN cells.coordinates IS 'As entries.coordinates; in the grain total md5 of the group.';
COMMENT ON COLUMN cells.period IS '-infinity in the grain without time.';
