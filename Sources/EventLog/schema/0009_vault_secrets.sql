-- Keys that stream ids, tracking codes and request hashes are derived with.
CREATE TABLE vault.secrets (
    tenant_id integer NOT NULL,
    name      text    NOT NULL,
    secret    bytea   NOT NULL,
    CONSTRAINT secrets_pkey PRIMARY KEY (tenant_id, name),
    CONSTRAINT secrets_length_check CHECK (length(secret) >= 32)
);

COMMENT ON TABLE vault.secrets IS
    'Back this up: without it a retry of an old message would be stored a second time, and tracking codes fail.';
