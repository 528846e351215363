-- Made with the tables: a message that changed finds its pairs by it.
CREATE INDEX pairs_message_idx ON pairs (tenant_id, message_id);
