-- The append-only log and what it needs to be appended to.
CREATE SCHEMA log;

COMMENT ON SCHEMA log IS
    'The truth: one append-only log of events a tenant, written through log.append alone. Holds no words of people; '
    'those are in schema vault.';
