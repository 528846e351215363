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

CREATE OR REPLACE VIEW review.taxonomy_changes WITH (security_barrier) AS
SELECT
    q.version AS taxonomy_version,
    COALESCE(max(q.kind), 'several') AS change,
    q.former AS from_code,
    q.category AS to_code,
    sum(q.demands)::bigint AS demands,
    sum(q.undecided)::bigint AS undecided
FROM (
    SELECT c.version, c.former, t.code AS category, c.kind, 0 AS demands, 0 AS undecided
    FROM changes AS c
    CROSS JOIN LATERAL unnest(c.targets) AS t (code)
    WHERE c.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.audience = 'reviewer'
                AND l.organization IS NULL
        )
    UNION ALL
    SELECT d.version, d.former, d.category, NULL, 1, d.undecided::integer
    FROM carried AS d
    WHERE d.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.audience = 'reviewer'
                AND l.organization IS NULL
        )
) AS q
GROUP BY q.version, q.former, q.category;

COMMENT ON VIEW review.taxonomy_changes IS
    'Counts of those who spoke, not of those who think so. What versions of the taxonomy made of categories that were there before, '
    'one row for each category that demands may have gone to; live. Only for reviewers of the whole tenant.';
COMMENT ON COLUMN review.taxonomy_changes.change IS
    'move, merge, rename, split, drop; retire: no demand was in it; several: earlier versions changed it too, and these demands '
    'went through all of that at once.';
COMMENT ON COLUMN review.taxonomy_changes.from_code IS 'The category as it was before.';
COMMENT ON COLUMN review.taxonomy_changes.to_code IS 'unclassified: what was dropped, or left undecided.';
COMMENT ON COLUMN review.taxonomy_changes.demands IS
    'Demands that have their category by it: neither categorised since, nor withdrawn. 0 where the code stayed.';
COMMENT ON COLUMN review.taxonomy_changes.undecided IS
    'Of these, those that a split left undecided: review.taxonomy_undecided lists them.';

CREATE OR REPLACE VIEW review.taxonomy_undecided WITH (security_barrier) AS
SELECT
    d.message_id::text || '.' || d.demand AS demand_id,
    d.version AS taxonomy_version,
    d.former AS from_code,
    d.category AS category_code,
    d.said_by,
    d.position AS log_position
FROM carried AS d
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    )
    AND d.undecided;

COMMENT ON VIEW review.taxonomy_undecided IS
    'Counts of those who spoke, not of those who think so: one row a demand. Demands whose category was split, and of which '
    'nobody has said since which of the new ones is meant; live. Those that a reviewer had classified (said_by) no model '
    'touches: they wait for a reviewer. Only for reviewers of the whole tenant.';
COMMENT ON COLUMN review.taxonomy_undecided.demand_id IS 'As in /v1/demands/{id}.';
COMMENT ON COLUMN review.taxonomy_undecided.taxonomy_version IS 'The version that changed it last.';
COMMENT ON COLUMN review.taxonomy_undecided.from_code IS 'The category as it was before.';
COMMENT ON COLUMN review.taxonomy_undecided.category_code IS 'Where it was put: as the change says.';
COMMENT ON COLUMN review.taxonomy_undecided.said_by IS 'Who had said the old category: given, keywords, model, reviewer.';
COMMENT ON COLUMN review.taxonomy_undecided.log_position IS 'Where it was put there.';
