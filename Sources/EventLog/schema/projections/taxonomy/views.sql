-- The tenant's own words for what people ask for. Nobody who spoke is in here, so analysts see it live.
CREATE OR REPLACE VIEW review.taxonomy WITH (security_barrier) AS
SELECT
    c.code AS category_code,
    c.name AS category_name,
    c.level,
    c.parent_code,
    c.level1_code,
    c.level1_name,
    c.level2_code,
    c.level2_name,
    c.path,
    c.keywords,
    c.ordinal,
    (SELECT max(v.version) FROM versions AS v WHERE v.tenant_id = c.tenant_id) AS taxonomy_version
FROM categories AS c
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    );

COMMENT ON VIEW review.taxonomy IS
    'The tenant''s own words, as they are at present; no release. The categories of its current taxonomy, one row each: '
    'no numbers of anybody who spoke. Join it to category_code. Demands may hold codes that only older versions had, or '
    'that no version has: those are in no row here.';
COMMENT ON COLUMN review.taxonomy.category_name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN review.taxonomy.level IS '1 to 3; 1 is the top.';
COMMENT ON COLUMN review.taxonomy.parent_code IS 'NULL: level 1.';
COMMENT ON COLUMN review.taxonomy.level1_code IS 'The category of level 1 that it belongs to, or is.';
COMMENT ON COLUMN review.taxonomy.level2_code IS 'The category of level 2 that it belongs to, or is; NULL: level 1.';
COMMENT ON COLUMN review.taxonomy.level2_name IS 'NULL: level 1.';
COMMENT ON COLUMN review.taxonomy.path IS 'Names from level 1 down to its own.';
COMMENT ON COLUMN review.taxonomy.keywords IS 'How many were given, besides its names.';
COMMENT ON COLUMN review.taxonomy.ordinal IS 'Place in the file that was published, from 1.';

CREATE OR REPLACE VIEW aggregates.taxonomy WITH (security_barrier) AS
SELECT
    c.code AS category_code,
    c.name AS category_name,
    c.level,
    c.parent_code,
    c.level1_code,
    c.level1_name,
    c.level2_code,
    c.level2_name,
    c.path,
    c.keywords,
    c.ordinal,
    (SELECT max(v.version) FROM versions AS v WHERE v.tenant_id = c.tenant_id) AS taxonomy_version
FROM categories AS c
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    );

COMMENT ON VIEW aggregates.taxonomy IS
    'The tenant''s own words, as they are at present; no release. The categories of its current taxonomy, one row each: '
    'no numbers of anybody who spoke. Join it to category_code. Demands may hold codes that only older versions had, or '
    'that no version has: those are in no row here.';
COMMENT ON COLUMN aggregates.taxonomy.category_name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN aggregates.taxonomy.level IS '1 to 3; 1 is the top.';
COMMENT ON COLUMN aggregates.taxonomy.parent_code IS 'NULL: level 1.';
COMMENT ON COLUMN aggregates.taxonomy.level1_code IS 'The category of level 1 that it belongs to, or is.';
COMMENT ON COLUMN aggregates.taxonomy.level2_code IS 'The category of level 2 that it belongs to, or is; NULL: level 1.';
COMMENT ON COLUMN aggregates.taxonomy.level2_name IS 'NULL: level 1.';
COMMENT ON COLUMN aggregates.taxonomy.path IS 'Names from level 1 down to its own.';
COMMENT ON COLUMN aggregates.taxonomy.keywords IS 'How many were given, besides its names.';
COMMENT ON COLUMN aggregates.taxonomy.ordinal IS 'Place in the file that was published, from 1.';

CREATE OR REPLACE VIEW review.taxonomy_versions WITH (security_barrier) AS
SELECT
    v.version AS taxonomy_version,
    v.position AS log_position,
    v.published_at,
    v.categories
FROM versions AS v
WHERE v.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    );

COMMENT ON VIEW review.taxonomy_versions IS
    'The tenant''s own words, as they are at present; no release. Every version of its taxonomy; the highest one holds. '
    'GET /v1/taxonomy?version= gives the words of each.';
COMMENT ON COLUMN review.taxonomy_versions.log_position IS 'Messages after it were classified by this version.';
COMMENT ON COLUMN review.taxonomy_versions.categories IS 'How many it has.';
