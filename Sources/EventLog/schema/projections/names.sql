-- Names of what the tenant has registered, and what the names in messages lead to. Made in every generation of a
-- projector that asks for it, before the projector's own tables; folded from the registries' streams.
CREATE TABLE registered_names (
    tenant_id   integer NOT NULL,
    domain      text    NOT NULL,
    code        text    NOT NULL,
    name        text    NOT NULL,
    labels      text[]  NOT NULL,
    aliases     text[]  NOT NULL,
    ties        text[]  NOT NULL,
    parent      text,
    size        bigint,
    merged_into text,
    is_retired  boolean NOT NULL,
    CONSTRAINT registered_names_pkey PRIMARY KEY (tenant_id, domain, code),
    CONSTRAINT registered_names_domain_check
        CHECK (domain IN ('group', 'place', 'channel', 'organization', 'category'))
);

COMMENT ON TABLE registered_names IS
    'Every registered group, place, channel, organization and category with its present names.';
COMMENT ON COLUMN registered_names.name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN registered_names.labels IS 'Language tags and names by turns, in order of the tags'' bytes.';
COMMENT ON COLUMN registered_names.parent IS 'Code of the one above; NULL: at the top.';
COMMENT ON COLUMN registered_names.size IS 'Its people; NULL: not known.';
COMMENT ON COLUMN registered_names.merged_into IS 'Code of the group that it counts for; NULL: it stands for itself.';

CREATE TABLE recognised_names (
    tenant_id integer NOT NULL,
    name_key  text    NOT NULL,
    code      text    NOT NULL,
    CONSTRAINT recognised_names_pkey PRIMARY KEY (tenant_id, name_key)
);

COMMENT ON TABLE recognised_names IS 'Names as messages give them that a reviewer recognised as those of a group.';

CREATE TABLE resolved_names (
    tenant_id integer NOT NULL,
    domain    text    NOT NULL,
    name_key  text    NOT NULL,
    code      text,
    position  bigint  NOT NULL,
    CONSTRAINT resolved_names_pkey PRIMARY KEY (tenant_id, domain, name_key),
    CONSTRAINT resolved_names_domain_check CHECK (domain IN ('group', 'place'))
);

COMMENT ON TABLE resolved_names IS 'What a name in a message leads to: trimmed, blanks collapsed, small letters.';
COMMENT ON COLUMN resolved_names.code IS 'NULL: to nothing any more, or to several, so that it stays as given.';
COMMENT ON COLUMN resolved_names.position IS 'Of the event that last changed where it leads.';
