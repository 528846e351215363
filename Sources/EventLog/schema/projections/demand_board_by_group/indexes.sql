-- Made with the tables: a message that changed finds its entries by it.
CREATE INDEX entries_message_idx ON entries (tenant_id, message_id);
