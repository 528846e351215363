-- Messages by hour of the day and channel: one fact a message, so that a later word on it can be set off against what it
-- said before, and the counts.
CREATE TABLE facts (
    tenant_id  integer  NOT NULL,
    message_id uuid     NOT NULL,
    hour       smallint NOT NULL,
    channel    text     NOT NULL,
    CONSTRAINT facts_pkey PRIMARY KEY (tenant_id, message_id)
);

COMMENT ON TABLE facts IS 'One row a message that is not withdrawn.';
COMMENT ON COLUMN facts.hour IS 'Of recording, in the tenant''s time zone.';

CREATE TABLE cells (
    tenant_id integer  NOT NULL,
    hour      smallint NOT NULL,
    channel   text     NOT NULL,
    messages  integer  NOT NULL,
    CONSTRAINT cells_pkey PRIMARY KEY (tenant_id, hour, channel),
    CONSTRAINT cells_hour_check CHECK (hour BETWEEN 0 AND 23)
) WITH (fillfactor = 70);

COMMENT ON TABLE cells IS 'How many facts have this hour and channel.';
