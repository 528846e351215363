-- A tenant's number is given by log.create_tenant (the highest so far plus one) and no longer by an identity column: a
-- sequence differs from node to node, and a table with one cannot be copied to all nodes. Locks log.tenants for an
-- instant; numbers that were given stay.
ALTER TABLE log.tenants
    ALTER COLUMN tenant_id DROP IDENTITY IF EXISTS;

COMMENT ON COLUMN log.tenants.tenant_id IS 'Given by log.create_tenant: the highest so far plus one.';
