-- What the tenant has registered: one row an entry with its present content, and the names recognised as groups.
CREATE TABLE entries (
    tenant_id           integer NOT NULL,
    registry            text    NOT NULL,
    code                text    NOT NULL,
    parent              text,
    names               jsonb   NOT NULL,
    name                text    NOT NULL,
    aliases             text[]  NOT NULL,
    ties                text[]  NOT NULL,
    roles               text[]  NOT NULL,
    represents          text[]  NOT NULL,
    serves              text[]  NOT NULL,
    size                bigint,
    is_retired          boolean NOT NULL,
    merged_into         text,
    path                text[]  NOT NULL,
    registered_position bigint  NOT NULL,
    changed_position    bigint  NOT NULL,
    CONSTRAINT entries_pkey PRIMARY KEY (tenant_id, registry, code),
    CONSTRAINT entries_registry_check CHECK (registry IN ('organizations', 'groups', 'places', 'channels'))
);

CREATE INDEX entries_parent_idx ON entries (tenant_id, registry, parent);

COMMENT ON TABLE entries IS 'One row an organization, group, place or channel, as it is at present.';
COMMENT ON COLUMN entries.parent IS 'Code of the entry above it; NULL: at the top, or no tree.';
COMMENT ON COLUMN entries.names IS 'By language; empty for a channel that was retired and never named.';
COMMENT ON COLUMN entries.name IS 'In the tenant''s language, else in English, else the first by language tag, else the code.';
COMMENT ON COLUMN entries.size IS 'People; NULL: not known.';
COMMENT ON COLUMN entries.merged_into IS 'The group that counts in its place; NULL: it stands for itself.';
COMMENT ON COLUMN entries.path IS 'Codes from the top down to this one.';

CREATE TABLE recognised (
    tenant_id  integer NOT NULL,
    name       text    NOT NULL,
    group_code text    NOT NULL,
    position   bigint  NOT NULL,
    CONSTRAINT recognised_pkey PRIMARY KEY (tenant_id, name)
);

CREATE INDEX recognised_group_idx ON recognised (tenant_id, group_code);

COMMENT ON TABLE recognised IS 'Names as messages give them, and the group that each was recognised as last.';
