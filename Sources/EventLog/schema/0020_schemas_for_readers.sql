-- The two schemas that people query. They hold views only.
CREATE SCHEMA review;

COMMENT ON SCHEMA review IS
    'For reviewers: live and exact counts of the tenant''s own work. Counts are of those who spoke, not of those who '
    'think so.';

CREATE SCHEMA aggregates;

COMMENT ON SCHEMA aggregates IS
    'For analysts: the last release. No row stands on fewer than k people; small cells are pooled into rows with '
    'is_withheld = true, so that every view still sums to all demands.';
