-- Statistics for the tables of a generation that grows faster than autovacuum looks at it (once a minute). Without them the
-- planner takes a tenant for one in two hundred of a table, and reads all of its rows rather than look up a few by key.
CREATE OR REPLACE FUNCTION projections.gather_statistics(p_generation integer, p_is_full boolean) RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET default_statistics_target = 10 -- of 3,000 rows a table: what plans here need to know; autovacuum looks closer
AS $$
DECLARE
    v_table regclass;
    v_gathered integer := 0;
BEGIN
    FOR v_table IN
        SELECT c.oid::regclass
        FROM pg_class AS c
        WHERE c.relnamespace = to_regnamespace('gen_' || p_generation)
            AND c.relkind = 'r'
            -- A few rows tell nothing: one alone makes its tenant look like a key.
            AND pg_relation_size(c.oid) >= 65536
            AND (
                p_is_full
                OR pg_stat_get_last_analyze_time(c.oid) IS NULL
                AND pg_stat_get_last_autoanalyze_time(c.oid) IS NULL
            )
        ORDER BY c.oid
    LOOP
        -- Somebody else may be at it.
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s', v_table);
        v_gathered := v_gathered + 1;
    END LOOP;
    RETURN v_gathered;
END
$$;

COMMENT ON FUNCTION projections.gather_statistics IS
    'Analyses the tables of a generation that have grown, p_is_full: all of them, else those that never were; tells how many.';
