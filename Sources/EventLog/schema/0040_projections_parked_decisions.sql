-- What operators decided about parked streams. Adds a column to projections.checkpoints, which is locked for an instant.
ALTER TABLE projections.checkpoints
    ADD COLUMN decisions integer NOT NULL DEFAULT 0;

COMMENT ON COLUMN projections.checkpoints.decisions IS
    'How many decisions about parked streams were carried out here. A batch moves the checkpoint only when this is what it '
    'was before the batch was read: else it would leave out events of a stream that is parked no longer.';

CREATE TABLE projections.parked_decisions (
    tenant_id    integer     NOT NULL,
    decision_id  uuid        NOT NULL,
    projector    text        NOT NULL,
    decision     text        NOT NULL,
    stream_id    uuid        NOT NULL,
    position     bigint      NOT NULL,
    complaint    text        NOT NULL,
    reason       text        NOT NULL,
    decided_by   text        NOT NULL,
    decided_at   timestamptz NOT NULL DEFAULT now(),
    generation   integer     NOT NULL,
    read_through bigint,
    CONSTRAINT parked_decisions_pkey PRIMARY KEY (tenant_id, decision_id),
    CONSTRAINT parked_decisions_decision_check CHECK (decision IN ('retry', 'skip')),
    CONSTRAINT parked_decisions_reason_check CHECK (decision = 'retry' OR reason <> '')
);

CREATE UNIQUE INDEX parked_decisions_skip_key
    ON projections.parked_decisions (tenant_id, projector, position)
    WHERE decision = 'skip';

COMMENT ON TABLE projections.parked_decisions IS
    'What operators decided about parked streams. A skipped event is left out by every generation of its projector, so that '
    'a rebuild gives the same rows: rows are never deleted.';
COMMENT ON COLUMN projections.parked_decisions.decision IS
    'retry: the event was read after all, with everything later of its stream. skip: it is left out for good, alone.';
COMMENT ON COLUMN projections.parked_decisions.position IS 'Of the event that could not be read.';
COMMENT ON COLUMN projections.parked_decisions.complaint IS 'Why it could not be read, as it was parked.';
COMMENT ON COLUMN projections.parked_decisions.reason IS 'The operator''s words; empty: a retry without any.';
COMMENT ON COLUMN projections.parked_decisions.decided_by IS 'The account of the operating system that ran the command.';
COMMENT ON COLUMN projections.parked_decisions.generation IS 'The live one at the time.';
COMMENT ON COLUMN projections.parked_decisions.read_through IS
    'How far that generation has taken in the stream: less than its checkpoint when a later event was parked in turn. NULL: '
    'not at all, because only the next generation can (skip).';
