-- What the projection engine keeps about itself.
CREATE SCHEMA projections;

COMMENT ON SCHEMA projections IS 'Generations, checkpoints and parked streams of the projectors.';
