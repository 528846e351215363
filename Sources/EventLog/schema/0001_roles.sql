-- The three roles that everything else is granted to. They are cluster-wide and hold no rights of their own yet
-- (repeat/90_grants.sql). Takes no lock on any table.
DO $$
DECLARE
    v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['chorus_app', 'chorus_reviewer', 'chorus_analyst'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster, or another migrator, made it first
        END;
    END LOOP;
END
$$;
