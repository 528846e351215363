-- Events of which a process could make no command: loud, counted, and left as they are.
CREATE TABLE projections.process_refusals (
    tenant_id integer NOT NULL,
    process   text    NOT NULL,
    version   integer NOT NULL,
    position  bigint  NOT NULL,
    stream_id uuid    NOT NULL,
    reason    text    NOT NULL,
    CONSTRAINT process_refusals_pkey PRIMARY KEY (tenant_id, process, version, position, stream_id)
);

COMMENT ON TABLE projections.process_refusals IS
    'What a process was refused, or could not read; it went on with the next event. Never holds words of a message.';
