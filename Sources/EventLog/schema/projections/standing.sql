-- Messages and their demands as they stand after all amendments and corrections, with the groups that they name. Made in every
-- generation of a projector that asks for it; what it counts is derived from here for each message that changed.
CREATE TABLE messages (
    tenant_id        integer NOT NULL,
    message_id       uuid    NOT NULL,
    position         bigint  NOT NULL,
    organization     text    NOT NULL,
    place            text    NOT NULL,
    place_key        text    NOT NULL,
    channel          text    NOT NULL,
    occurred_on      date    NOT NULL,
    received_on      date    NOT NULL,
    person           uuid,
    reported_support integer NOT NULL,
    withdrawn        boolean NOT NULL,
    CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, message_id)
);

CREATE INDEX messages_place_key_idx ON messages (tenant_id, place_key) WHERE place_key <> '';

COMMENT ON TABLE messages IS 'One row a message with its own coordinates.';
COMMENT ON COLUMN messages.position IS 'At which it came in.';
COMMENT ON COLUMN messages.organization IS 'Empty: none was named.';
COMMENT ON COLUMN messages.place IS 'As given, trimmed; empty: none was named.';
COMMENT ON COLUMN messages.place_key IS 'The place as names are compared.';
COMMENT ON COLUMN messages.occurred_on IS 'Day in the tenant''s time zone on which it occurred.';
COMMENT ON COLUMN messages.received_on IS
    'Day in the tenant''s time zone on which it came in: where nobody says when it occurred, also in an amendment.';
COMMENT ON COLUMN messages.person IS 'Random token; NULL: unidentified.';

CREATE TABLE demands (
    tenant_id   integer  NOT NULL,
    message_id  uuid     NOT NULL,
    demand      smallint NOT NULL,
    category    text     NOT NULL,
    kind        text     NOT NULL,
    sets_place  boolean  NOT NULL,
    place       text     NOT NULL,
    place_key   text     NOT NULL,
    sets_groups boolean  NOT NULL,
    CONSTRAINT demands_pkey PRIMARY KEY (tenant_id, message_id, demand)
);

CREATE INDEX demands_place_key_idx ON demands (tenant_id, place_key) WHERE sets_place;

COMMENT ON TABLE demands IS 'One row a demand; where it was not corrected, its message''s place and groups hold.';
COMMENT ON COLUMN demands.kind IS 'Empty: nobody said.';
COMMENT ON COLUMN demands.sets_place IS 'true: a reviewer said where it belongs; place is empty when that is nowhere.';
COMMENT ON COLUMN demands.sets_groups IS 'true: a reviewer said whose it is; see named_groups.';

CREATE TABLE named_groups (
    tenant_id   integer  NOT NULL,
    message_id  uuid     NOT NULL,
    demand      smallint NOT NULL,
    ordinal     smallint NOT NULL,
    name        text     NOT NULL,
    name_key    text     NOT NULL,
    ties        text     NOT NULL,
    asserted_by text     NOT NULL,
    CONSTRAINT named_groups_pkey PRIMARY KEY (tenant_id, message_id, demand, ordinal)
);

CREATE INDEX named_groups_name_key_idx ON named_groups (tenant_id, name_key);

COMMENT ON TABLE named_groups IS 'The groups that a message, or a reviewer for one of its demands, named.';
COMMENT ON COLUMN named_groups.demand IS '0: the message names it, for all demands that no reviewer set groups for.';
COMMENT ON COLUMN named_groups.ordinal IS 'From 1, in the order given.';
COMMENT ON COLUMN named_groups.ties IS 'As given, in the order of the tie''s declaration, joined by commas; may be empty.';
