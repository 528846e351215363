-- Made with the tables, or once they are filled. The second one tells whether a person already counts under a name.
CREATE INDEX entries_message_idx ON entries (tenant_id, message_id);
CREATE INDEX entries_person_idx ON entries (tenant_id, dimension, is_registered, name, person)
    WHERE person IS NOT NULL;
