-- Who took part, when and how: one fact a message, cells by channel and day received. The people of a cell are counted by
-- an index on the facts (indexes.sql), so that nothing is kept of them twice.
CREATE TABLE facts (
    tenant_id        integer  NOT NULL,
    message_id       uuid     NOT NULL,
    position         bigint   NOT NULL,
    changed_position bigint   NOT NULL,
    channel          text     NOT NULL,
    received_on      date     NOT NULL,
    person           uuid,
    reported_support integer  NOT NULL,
    withdrawn        boolean  NOT NULL,
    CONSTRAINT facts_pkey PRIMARY KEY (tenant_id, message_id)
);

COMMENT ON TABLE facts IS 'One row a message.';
COMMENT ON COLUMN facts.received_on IS 'Day of recording in the tenant''s time zone.';
COMMENT ON COLUMN facts.person IS 'Random token; NULL: unidentified.';

CREATE TABLE cells (
    tenant_id             integer NOT NULL,
    grain                 text    NOT NULL,
    channel               text    NOT NULL,
    received_on           date    NOT NULL,
    messages              integer NOT NULL,
    people                integer NOT NULL,
    messages_unidentified integer NOT NULL,
    CONSTRAINT cells_pkey PRIMARY KEY (tenant_id, grain, channel, received_on),
    CONSTRAINT cells_grain_check CHECK (grain IN ('day', 'channel', 'all'))
) WITH (fillfactor = 70);

COMMENT ON TABLE cells IS 'Counts by channel and day, by channel, and in all.';
COMMENT ON COLUMN cells.received_on IS '-infinity in the grains without a day.';
COMMENT ON COLUMN cells.channel IS 'Empty in the grain without a channel.';
