-- The tenant's own words, alike for reviewers and analysts: nobody's message is in them, so they are shown as they are
-- and wait for no release. In aggregates no position of the log's end: it would tell how much is being said at present.

CREATE OR REPLACE VIEW review.organizations WITH (security_barrier) AS
SELECT
    e.code,
    e.parent AS parent_code,
    e.name,
    e.path,
    e.roles,
    e.represents,
    e.serves,
    e.names,
    e.changed_position
FROM entries AS e
WHERE e.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND e.registry = 'organizations';

COMMENT ON VIEW review.organizations IS
    'The tenant''s own words, as they are at present; no release. Organizations with their place in the tree, their roles (steward, responsible) and the groups that they stand for or serve.';
COMMENT ON COLUMN review.organizations.parent_code IS 'Of the entry above it; NULL: at the top.';
COMMENT ON COLUMN review.organizations.path IS 'Codes from the top down to this one.';
COMMENT ON COLUMN review.organizations.name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN review.organizations.represents IS 'Codes of groups; these need not be registered.';
COMMENT ON COLUMN review.organizations.serves IS 'Codes of groups; these need not be registered.';
COMMENT ON COLUMN review.organizations.names IS 'Every name, by language (BCP 47).';
COMMENT ON COLUMN review.organizations.changed_position IS 'The event that last changed it.';

CREATE OR REPLACE VIEW aggregates.organizations WITH (security_barrier) AS
SELECT
    e.code,
    e.parent AS parent_code,
    e.name,
    e.path,
    e.roles,
    e.represents,
    e.serves,
    e.names
FROM entries AS e
WHERE e.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND e.registry = 'organizations';

COMMENT ON VIEW aggregates.organizations IS
    'The tenant''s own words, as they are at present; no release. Organizations with their place in the tree, their roles (steward, responsible) and the groups that they stand for or serve.';
COMMENT ON COLUMN aggregates.organizations.parent_code IS 'Of the entry above it; NULL: at the top.';
COMMENT ON COLUMN aggregates.organizations.path IS 'Codes from the top down to this one.';
COMMENT ON COLUMN aggregates.organizations.name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN aggregates.organizations.represents IS 'Codes of groups; these need not be registered.';
COMMENT ON COLUMN aggregates.organizations.serves IS 'Codes of groups; these need not be registered.';
COMMENT ON COLUMN aggregates.organizations.names IS 'Every name, by language (BCP 47).';

CREATE OR REPLACE VIEW review.groups WITH (security_barrier) AS
SELECT
    e.code,
    e.name,
    e.ties,
    e.aliases,
    ARRAY(
        SELECT r.name
        FROM recognised AS r
        WHERE r.tenant_id = e.tenant_id
            AND r.group_code = e.code
        ORDER BY r.name COLLATE "C"
    ) AS recognised_names,
    e.size,
    e.merged_into,
    e.merged_into IS NOT NULL AS is_merged,
    e.names,
    e.changed_position
FROM entries AS e
WHERE e.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND e.registry = 'groups';

COMMENT ON VIEW review.groups IS
    'The tenant''s own words, as they are at present; no release. Groups with their ties and all names that lead to them; merged ones stay visible.';
COMMENT ON COLUMN review.groups.name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN review.groups.recognised_names IS 'As messages give them, recognised as this group.';
COMMENT ON COLUMN review.groups.size IS 'People; NULL: not known.';
COMMENT ON COLUMN review.groups.merged_into IS 'The group that counts in its place, perhaps merged itself; NULL: it stands for itself.';
COMMENT ON COLUMN review.groups.names IS 'Every name, by language (BCP 47).';
COMMENT ON COLUMN review.groups.changed_position IS 'The event that last changed it.';

CREATE OR REPLACE VIEW aggregates.groups WITH (security_barrier) AS
SELECT
    e.code,
    e.name,
    e.ties,
    e.aliases,
    e.size,
    e.merged_into,
    e.merged_into IS NOT NULL AS is_merged,
    e.names
FROM entries AS e
WHERE e.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND e.registry = 'groups';

COMMENT ON VIEW aggregates.groups IS
    'The tenant''s own words, as they are at present; no release. Groups with their ties and registered names; merged ones stay visible. Names that messages gave are in review only.';
COMMENT ON COLUMN aggregates.groups.name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN aggregates.groups.size IS 'People; NULL: not known.';
COMMENT ON COLUMN aggregates.groups.merged_into IS 'The group that counts in its place, perhaps merged itself; NULL: it stands for itself.';
COMMENT ON COLUMN aggregates.groups.names IS 'Every name, by language (BCP 47).';

CREATE OR REPLACE VIEW review.places WITH (security_barrier) AS
SELECT
    e.code,
    e.parent AS parent_code,
    e.name,
    e.path,
    e.aliases,
    e.size,
    e.names,
    e.changed_position
FROM entries AS e
WHERE e.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND e.registry = 'places';

COMMENT ON VIEW review.places IS
    'The tenant''s own words, as they are at present; no release. Places with their place in the tree. Names may repeat; codes do not.';
COMMENT ON COLUMN review.places.parent_code IS 'Of the entry above it; NULL: at the top.';
COMMENT ON COLUMN review.places.path IS 'Codes from the top down to this one.';
COMMENT ON COLUMN review.places.name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN review.places.size IS 'People; NULL: not known.';
COMMENT ON COLUMN review.places.names IS 'Every name, by language (BCP 47).';
COMMENT ON COLUMN review.places.changed_position IS 'The event that last changed it.';

CREATE OR REPLACE VIEW aggregates.places WITH (security_barrier) AS
SELECT
    e.code,
    e.parent AS parent_code,
    e.name,
    e.path,
    e.aliases,
    e.size,
    e.names
FROM entries AS e
WHERE e.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND e.registry = 'places';

COMMENT ON VIEW aggregates.places IS
    'The tenant''s own words, as they are at present; no release. Places with their place in the tree. Names may repeat; codes do not.';
COMMENT ON COLUMN aggregates.places.parent_code IS 'Of the entry above it; NULL: at the top.';
COMMENT ON COLUMN aggregates.places.path IS 'Codes from the top down to this one.';
COMMENT ON COLUMN aggregates.places.name IS 'In the tenant''s language, else in English, else the first by language tag.';
COMMENT ON COLUMN aggregates.places.size IS 'People; NULL: not known.';
COMMENT ON COLUMN aggregates.places.names IS 'Every name, by language (BCP 47).';

CREATE OR REPLACE VIEW review.channels WITH (security_barrier) AS
SELECT
    c.code,
    COALESCE(e.name, c.code) AS name,
    COALESCE(e.is_retired, false) AS is_retired,
    COALESCE(e.names, '{}') AS names,
    e.changed_position
FROM (
    SELECT t.tenant_id, o.code
    FROM log.tenants AS t
    CROSS JOIN LATERAL unnest(t.channels) AS o (code)
    WHERE t.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.audience = 'reviewer'
        )
    UNION
    SELECT a.tenant_id, a.code
    FROM entries AS a
    WHERE a.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.audience = 'reviewer'
        )
        AND a.registry = 'channels'
) AS c
LEFT JOIN entries AS e
    ON e.tenant_id = c.tenant_id
    AND e.registry = 'channels'
    AND e.code = c.code;

COMMENT ON VIEW review.channels IS
    'The tenant''s own words, as they are at present; no release. Channels: those that it was created with and those '
    'added; by one that is_retired no message may come any more.';
COMMENT ON COLUMN review.channels.name IS
    'In the tenant''s language, else in English, else the first by language tag, else the code.';
COMMENT ON COLUMN review.channels.names IS 'Every name, by language (BCP 47).';
COMMENT ON COLUMN review.channels.changed_position IS 'The event that last changed it; NULL: none ever did.';

CREATE OR REPLACE VIEW aggregates.channels WITH (security_barrier) AS
SELECT
    c.code,
    COALESCE(e.name, c.code) AS name,
    COALESCE(e.is_retired, false) AS is_retired,
    COALESCE(e.names, '{}') AS names
FROM (
    SELECT t.tenant_id, o.code
    FROM log.tenants AS t
    CROSS JOIN LATERAL unnest(t.channels) AS o (code)
    WHERE t.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.organization IS NULL
        )
    UNION
    SELECT a.tenant_id, a.code
    FROM entries AS a
    WHERE a.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.organization IS NULL
        )
        AND a.registry = 'channels'
) AS c
LEFT JOIN entries AS e
    ON e.tenant_id = c.tenant_id
    AND e.registry = 'channels'
    AND e.code = c.code;

COMMENT ON VIEW aggregates.channels IS
    'The tenant''s own words, as they are at present; no release. Channels: those that it was created with and those '
    'added; by one that is_retired no message may come any more.';
COMMENT ON COLUMN aggregates.channels.name IS
    'In the tenant''s language, else in English, else the first by language tag, else the code.';
COMMENT ON COLUMN aggregates.channels.names IS 'Every name, by language (BCP 47).';
