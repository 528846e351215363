-- Who a random person token stands for.
CREATE TABLE vault.persons (
    tenant_id    integer NOT NULL,
    person_token uuid    NOT NULL,
    source       text    NOT NULL,
    person_ref   text    NOT NULL,
    CONSTRAINT persons_pkey PRIMARY KEY (tenant_id, person_token),
    CONSTRAINT persons_source_person_ref_key UNIQUE (tenant_id, source, person_ref)
);

COMMENT ON TABLE vault.persons IS
    'The only way from a person token in the log to a sender. One source knows a person by one reference; persons are '
    'never joined across sources.';
