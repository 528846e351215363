-- Every free text.
CREATE TABLE vault.passages (
    tenant_id integer  NOT NULL,
    stream_id uuid     NOT NULL,
    number    smallint NOT NULL,
    kind      text     NOT NULL,
    language  text,
    body      text     NOT NULL,
    salt      bytea    NOT NULL,
    CONSTRAINT passages_pkey PRIMARY KEY (tenant_id, stream_id, number)
);

COMMENT ON TABLE vault.passages IS
    'The words of a message, a reply, an answer. The event holds the passage''s number and a commitment to it.';
COMMENT ON COLUMN vault.passages.language IS 'BCP 47; NULL when nobody said which.';
COMMENT ON COLUMN vault.passages.salt IS 'Key of the commitment: with the row gone, the commitment says nothing.';
