-- Who may come in by which door.
CREATE SCHEMA access;

COMMENT ON SCHEMA access IS 'API keys and database logins, each of one tenant. No login can write here.';
