-- Which formula a batch's chain follows (docs/log.md). Batches from before this column follow the first one.
ALTER TABLE log.batches
    ADD COLUMN format smallint NOT NULL DEFAULT 1,
    ADD CONSTRAINT batches_format_check CHECK (format IN (1, 2));

COMMENT ON COLUMN log.batches.format IS
    '1: sha256(chain before || digests). 2: sha256(chain before || tenant || first position || last position || '
    'recorded_at || digests), which binds the batch to its place and its time.';
COMMENT ON TABLE log.batches IS 'What each call of log.append added, and the chain after it.';
