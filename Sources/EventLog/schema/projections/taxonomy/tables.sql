-- The tenant's categories as its current version has them, and the list of its versions.
CREATE TABLE categories (
    tenant_id   integer NOT NULL,
    ordinal     integer NOT NULL,
    code        text    NOT NULL,
    level       integer NOT NULL,
    parent_code text,
    name        text    NOT NULL,
    level1_code text    NOT NULL,
    level1_name text    NOT NULL,
    level2_code text,
    level2_name text,
    path        text    NOT NULL,
    keywords    integer NOT NULL,
    CONSTRAINT categories_pkey PRIMARY KEY (tenant_id, ordinal),
    CONSTRAINT categories_level_check CHECK (level BETWEEN 1 AND 3)
);

CREATE INDEX categories_code_idx ON categories (tenant_id, code);

COMMENT ON TABLE categories IS 'The categories of the current version of the taxonomy.';
COMMENT ON COLUMN categories.ordinal IS 'Place in the file that was published, from 1.';
COMMENT ON COLUMN categories.parent_code IS 'NULL: level 1.';
COMMENT ON COLUMN categories.name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN categories.level2_code IS 'NULL: level 1.';
COMMENT ON COLUMN categories.level2_name IS 'NULL: level 1.';
COMMENT ON COLUMN categories.path IS 'Names from level 1 down to its own.';
COMMENT ON COLUMN categories.keywords IS 'How many were given, besides its names.';

CREATE TABLE versions (
    tenant_id    integer     NOT NULL,
    version      integer     NOT NULL,
    position     bigint      NOT NULL,
    published_at timestamptz NOT NULL,
    categories   integer     NOT NULL,
    CONSTRAINT versions_pkey PRIMARY KEY (tenant_id, version)
);

COMMENT ON TABLE versions IS 'Every version of the taxonomy that was published.';
COMMENT ON COLUMN versions.position IS 'Place of its event in the log.';

CREATE TABLE changes (
    tenant_id integer NOT NULL,
    version   integer NOT NULL,
    former    text    NOT NULL,
    kind      text    NOT NULL,
    targets   text[]  NOT NULL,
    CONSTRAINT changes_pkey PRIMARY KEY (tenant_id, version, former)
);

COMMENT ON TABLE changes IS 'What versions say about the demands of categories that were there before.';
COMMENT ON COLUMN changes.former IS 'Code of the category.';
COMMENT ON COLUMN changes.kind IS 'move, merge, rename, split, drop, retire.';
COMMENT ON COLUMN changes.targets IS 'Codes that its demands may get.';

CREATE TABLE carried (
    tenant_id  integer  NOT NULL,
    message_id uuid     NOT NULL,
    demand     smallint NOT NULL,
    position   bigint   NOT NULL,
    version    integer  NOT NULL,
    former     text     NOT NULL,
    category   text     NOT NULL,
    said_by    text     NOT NULL,
    undecided  boolean  NOT NULL,
    CONSTRAINT carried_pkey PRIMARY KEY (tenant_id, message_id, demand)
);

COMMENT ON TABLE carried IS
    'Demands whose present category comes of a change; none that was categorised since, withdrawn or rejoined.';
COMMENT ON COLUMN carried.position IS 'Where that was said.';
COMMENT ON COLUMN carried.version IS 'Of the taxonomy that changed it last.';
COMMENT ON COLUMN carried.former IS 'Code of the category that it had before.';
COMMENT ON COLUMN carried.said_by IS 'Who had said so: given, keywords, model, reviewer.';
COMMENT ON COLUMN carried.undecided IS 'true: the category was split, and nobody knows which of the new ones is meant.';
