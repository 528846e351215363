-- Made with the tables, or by a rebuild once they are filled. The last one tells whether a person already counts in a cell.
CREATE INDEX IF NOT EXISTS facts_opened_position_idx ON facts (tenant_id, opened_position, demand);
CREATE INDEX IF NOT EXISTS facts_changed_position_idx ON facts (tenant_id, changed_position);
CREATE INDEX IF NOT EXISTS facts_people_idx ON facts (tenant_id, coordinates, person, occurred_on)
    WHERE person IS NOT NULL AND NOT withdrawn;
-- Readers ask for the months of a whole board, which are few of its cells. The counts are in no index, so that they change in place.
CREATE INDEX IF NOT EXISTS cells_month_idx ON cells (tenant_id) WHERE grain = 'month';
