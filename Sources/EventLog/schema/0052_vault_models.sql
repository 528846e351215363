-- Trained models, by what they are.
CREATE TABLE vault.models (
    tenant_id integer NOT NULL,
    digest    bytea   NOT NULL,
    bytes     bytea   NOT NULL,
    CONSTRAINT models_pkey PRIMARY KEY (tenant_id, digest)
);

COMMENT ON TABLE vault.models IS
    'Weights of hashed features, no words; which of them was trained from what, how well it does and which one is in use '
    'are events of the tenant''s models.';
COMMENT ON COLUMN vault.models.digest IS 'SHA-256 of bytes.';
