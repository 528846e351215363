-- Append-only, the second time (the first is that no role has the right): a trigger that raises.
-- Creating a trigger locks its table for an instant against writers. Citus takes no such trigger: once log.events is
-- distributed only the first holds.
CREATE OR REPLACE FUNCTION log.refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: the log is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'CH002', HINT = 'Record a new event that corrects the old one.';
END
$$;

COMMENT ON FUNCTION log.refuse_change() IS 'Raises CH002 on every UPDATE, DELETE and TRUNCATE of the log.';

DO $$
BEGIN
    IF projections.is_distributed() THEN
        RETURN;
    END IF;

    CREATE OR REPLACE TRIGGER events_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
        FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

    CREATE OR REPLACE TRIGGER batches_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON log.batches
        FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

    CREATE OR REPLACE TRIGGER commands_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON log.commands
        FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();

    CREATE OR REPLACE TRIGGER epochs_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON log.epochs
        FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
END
$$;
