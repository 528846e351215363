-- Commands on existing streams that carried an id, so that a retry finds itself.
CREATE TABLE log.commands (
    tenant_id  integer NOT NULL,
    command_id uuid    NOT NULL,
    stream_id  uuid    NOT NULL,
    position   bigint  NOT NULL,
    CONSTRAINT commands_pkey PRIMARY KEY (tenant_id, command_id)
);

COMMENT ON TABLE log.commands IS
    'Ids of commands that changed an existing stream: the second arrival of one changes nothing. A message that '
    'opens a stream needs no row here: its idempotency is its stream id.';
