-- Made with the tables, or by a rebuild once they are filled. The second one tells whether a person already counts in a cell.
CREATE INDEX IF NOT EXISTS facts_changed_position_idx ON facts (tenant_id, changed_position);
CREATE INDEX IF NOT EXISTS facts_person_idx ON facts (tenant_id, person, channel, received_on)
    WHERE person IS NOT NULL AND NOT withdrawn;
