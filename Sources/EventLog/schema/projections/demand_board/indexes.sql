-- Made with the tables, or once they are filled. The last one tells whether a person already counts in a cell.
CREATE INDEX facts_opened_position_idx ON facts (tenant_id, opened_position, demand);
CREATE INDEX facts_changed_position_idx ON facts (tenant_id, changed_position);
CREATE INDEX facts_place_key_idx ON facts (tenant_id, place_key) WHERE place_key <> '';
CREATE INDEX facts_people_idx ON facts (tenant_id, coordinates, person, occurred_on)
    WHERE person IS NOT NULL AND NOT withdrawn;
