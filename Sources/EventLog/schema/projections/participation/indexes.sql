-- Made with the tables, or once they are filled. The second one tells whether a person already counts in a cell.
CREATE INDEX facts_changed_position_idx ON facts (tenant_id, changed_position);
CREATE INDEX facts_person_idx ON facts (tenant_id, person, channel, received_on)
    WHERE person IS NOT NULL AND NOT withdrawn;
