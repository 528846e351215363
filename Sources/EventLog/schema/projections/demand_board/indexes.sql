-- Made with the tables: a name that leads elsewhere finds its facts by it.
CREATE INDEX facts_place_key_idx ON facts (tenant_id, place_key) WHERE place_key <> '';
