-- Cells and persons that the last batch emptied: a rebuild would never have made them.
WITH gone AS (
    DELETE FROM cell_people
    WHERE tenant_id = $1
        AND demands = 0
)
DELETE FROM cells
WHERE tenant_id = $1
    AND demands = 0
