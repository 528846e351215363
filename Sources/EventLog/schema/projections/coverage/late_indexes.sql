-- Made with the tables, or by a rebuild once they are filled: it tells whether a person already counts under a name.
CREATE INDEX IF NOT EXISTS entries_person_idx ON entries (tenant_id, dimension, is_registered, name, person)
    WHERE person IS NOT NULL;
