-- Cells that the last batch emptied: a rebuild would never have made them. They are few: channels times hours.
DELETE FROM cells
WHERE tenant_id = $1
    AND messages = 0
