-- Cells, days and persons that the last batch emptied: a rebuild would never have made them.
WITH persons AS (
    DELETE FROM cell_people
    WHERE tenant_id = $1
        AND messages = 0
),
days AS (
    DELETE FROM cell_days
    WHERE tenant_id = $1
        AND messages = 0
)
DELETE FROM cells
WHERE tenant_id = $1
    AND messages = 0
