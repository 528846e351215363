-- Streams that a projector could not read on.
CREATE TABLE projections.parked_streams (
    tenant_id  integer     NOT NULL,
    generation integer     NOT NULL,
    stream_id  uuid        NOT NULL,
    position   bigint      NOT NULL,
    reason     text        NOT NULL,
    parked_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT parked_streams_pkey PRIMARY KEY (tenant_id, generation, stream_id)
);

COMMENT ON TABLE projections.parked_streams IS
    'A poison event is parked with everything later of its own stream; all other streams go on. Empty is good.';
COMMENT ON COLUMN projections.parked_streams.position IS 'Of the event that could not be read.';
