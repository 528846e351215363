-- API keys, stored hashed.
CREATE TABLE access.keys (
    key_hash     bytea       NOT NULL,
    key_id       text        NOT NULL,
    tenant_id    integer     NOT NULL,
    name         text        NOT NULL,
    scopes       text[]      NOT NULL,
    organization text,
    publishable  boolean     NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    revoked_at   timestamptz,
    CONSTRAINT keys_pkey PRIMARY KEY (key_hash),
    CONSTRAINT keys_key_id_key UNIQUE (key_id),
    CONSTRAINT keys_scopes_check CHECK (
        scopes <@ ARRAY['admin', 'author', 'collector', 'reviewer', 'analyst', 'intake'] AND cardinality(scopes) > 0
    ),
    CONSTRAINT keys_publishable_check CHECK (NOT publishable OR scopes = ARRAY['intake'])
);

COMMENT ON TABLE access.keys IS 'API keys: only their SHA-256 is kept. A key belongs to one tenant.';
COMMENT ON COLUMN access.keys.organization IS 'The organization that a reviewer key works for; NULL: the whole tenant.';
COMMENT ON COLUMN access.keys.publishable IS 'May be shown in a web page: takes messages in, reads nothing, is rate-limited.';
COMMENT ON COLUMN access.keys.revoked_at IS 'NULL: the key works.';
