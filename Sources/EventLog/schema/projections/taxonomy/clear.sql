-- A version replaces the one before as a whole.
DELETE FROM categories
WHERE tenant_id = $1
