-- Made with the tables, or once they are filled. The last two tell whether a person already counts in a cell.
CREATE INDEX entries_message_idx ON entries (tenant_id, message_id);
CREATE INDEX entries_people_idx ON entries (tenant_id, coordinates, person, occurred_on)
    WHERE person IS NOT NULL;
CREATE INDEX entries_group_person_idx ON entries (tenant_id, group_name, is_registered, person)
    WHERE person IS NOT NULL;
