-- Views that show the same columns by another grain explain them in the same words.
CREATE OR REPLACE FUNCTION projections.copy_comments(p_from regclass, VARIADIC p_to regclass[]) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_column record;
BEGIN
    FOR v_column IN
        SELECT c.attrelid::regclass AS view, c.attname AS name, col_description(f.attrelid, f.attnum) AS words
        FROM pg_attribute AS f
        JOIN pg_attribute AS c
            ON c.attrelid = ANY (p_to)
            AND c.attname = f.attname
        WHERE f.attrelid = p_from
            AND f.attnum > 0
            AND col_description(f.attrelid, f.attnum) IS NOT NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', v_column.view, v_column.name, v_column.words);
    END LOOP;
END
$$;

COMMENT ON FUNCTION projections.copy_comments IS
    'Comments the columns of views as those of the same name of another view; what a view says otherwise is said after it.';
