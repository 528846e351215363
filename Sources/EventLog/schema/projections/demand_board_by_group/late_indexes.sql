-- Made with the tables, or by a rebuild once they are filled: they tell whether a person already counts in a cell.
CREATE INDEX IF NOT EXISTS entries_people_idx ON entries (tenant_id, coordinates, person, occurred_on)
    WHERE person IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_group_person_idx ON entries (tenant_id, group_name, is_registered, person)
    WHERE person IS NOT NULL;
