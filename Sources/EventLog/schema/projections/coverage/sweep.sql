-- Cells and days that the last batch emptied: a rebuild would never have made them. They are few: names, and their days.
WITH days AS (
    DELETE FROM cell_days
    WHERE tenant_id = $1
        AND messages = 0
)
DELETE FROM cells
WHERE tenant_id = $1
    AND messages = 0
