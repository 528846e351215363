-- Made with the tables. Who asks for the facts behind a cell finds them by it.
CREATE INDEX facts_cell_idx ON facts (tenant_id, hour, channel);
