-- Made with the tables, or by a rebuild once they are filled: it tells whether a person already counts in a cell.
CREATE INDEX IF NOT EXISTS pairs_people_idx ON pairs (tenant_id, coordinates, person, organization)
    WHERE person IS NOT NULL;
