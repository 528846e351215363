-- A generation that was live stays beside the present one until an operator drops it, and generations may be built as of a
-- time, under a name. Locks projections.generations for an instant.
ALTER TABLE projections.generations
    ADD COLUMN name text,
    ADD COLUMN keeps_memory boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT generations_state_check,
    ADD CONSTRAINT generations_state_check CHECK (state IN ('building', 'live', 'kept', 'as_of', 'retired')),
    ADD CONSTRAINT generations_name_check CHECK (name ~ '^[a-z][a-z0-9_]{0,39}$'),
    ADD CONSTRAINT generations_as_of_check CHECK (state <> 'as_of' OR name IS NOT NULL);

CREATE UNIQUE INDEX generations_as_of_key
    ON projections.generations (projector, name)
    WHERE state = 'as_of';

COMMENT ON COLUMN projections.generations.state IS
    'building; live: the views read it; kept: was live until the last switch; as_of: stands at a past position, see '
    'review_asof_<name>; retired: to be dropped.';
COMMENT ON COLUMN projections.generations.name IS 'Of a generation as of a time; NULL: it follows the head.';
COMMENT ON COLUMN projections.generations.keeps_memory IS
    'true: a rebuild at work has published what its tables do not hold yet; one that was killed then begins anew.';
