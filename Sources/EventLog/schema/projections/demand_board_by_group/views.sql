-- Exact boards, for reviewers. A reviewer of one organization sees its demands only.
CREATE OR REPLACE VIEW review.demand_board_by_group WITH (security_barrier) AS
SELECT
    c.period AS day,
    CASE WHEN c.is_registered THEN c.group_name END AS group_code,
    COALESCE(r.name, c.group_name) AS group_name,
    c.is_registered,
    COALESCE(r.ties, string_to_array(c.ties, ',')) AS ties,
    c.asserted_by,
    c.category AS category_code,
    COALESCE(n.name, c.category) AS category_name,
    NULLIF(c.kind, '') AS kind,
    NULLIF(c.organization, '') AS organization_code,
    COALESCE(o.name, NULLIF(c.organization, '')) AS organization_name,
    NULLIF(c.place, '') AS place,
    CASE WHEN c.place_registered THEN c.place END AS place_code,
    COALESCE(l.name, NULLIF(c.place, '')) AS place_name,
    c.demands,
    c.messages,
    c.people,
    c.messages_unidentified,
    c.reported_support,
    (
        SELECT k.position
        FROM projections.generations AS g
        JOIN projections.checkpoints AS k
            ON k.generation = g.generation
        WHERE g.projector = 'demand_board_by_group'
            AND g.state = 'live'
            AND k.tenant_id = (
                SELECT l.tenant_id
                FROM access.logins AS l
                WHERE l.login = current_user
                    AND l.audience = 'reviewer'
            )
    ) AS log_position,
    (
        SELECT g.projector_version
        FROM projections.generations AS g
        WHERE g.projector = 'demand_board_by_group'
            AND g.state = 'live'
    ) AS projector_version
FROM cells AS c
LEFT JOIN registered_names AS r
    ON r.tenant_id = c.tenant_id
    AND r.domain = 'group'
    AND r.code = c.group_name
    AND c.is_registered
LEFT JOIN registered_names AS n
    ON n.tenant_id = c.tenant_id
    AND n.domain = 'category'
    AND n.code = c.category
LEFT JOIN registered_names AS o
    ON o.tenant_id = c.tenant_id
    AND o.domain = 'organization'
    AND o.code = c.organization
LEFT JOIN registered_names AS l
    ON l.tenant_id = c.tenant_id
    AND l.domain = 'place'
    AND l.code = c.place
    AND c.place_registered
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        c.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    )
    AND c.grain = 'day';

COMMENT ON VIEW review.demand_board_by_group IS
    'Counts of those who spoke, not of those who think so. Demands by day and group, and by category, kind, '
    'organization and place; exact and live. Rows overlap: a demand counts in each of its groups, so sums over groups '
    'exceed the demands, and a demand of no group is in no row. people are distinct within their row and must not be '
    'summed.';
COMMENT ON COLUMN review.demand_board_by_group.day IS 'Day in the tenant''s time zone on which it occurred.';
COMMENT ON COLUMN review.demand_board_by_group.group_code IS 'Of the registered group; NULL: none is registered under that name.';
COMMENT ON COLUMN review.demand_board_by_group.group_name IS 'In the tenant''s language, else in English; as given where nothing is registered.';
COMMENT ON COLUMN review.demand_board_by_group.ties IS 'place, school, occupation, affinity, other: as registered, else as given.';
COMMENT ON COLUMN review.demand_board_by_group.asserted_by IS
    'Who said that the demand is of this group: self, collector, survey, reviewer. Where two names lead to one group, '
    'whoever gave the first.';
COMMENT ON COLUMN review.demand_board_by_group.place IS 'Code of the registered place, else the name as given; NULL: none was named.';
COMMENT ON COLUMN review.demand_board_by_group.messages IS 'A message counts in the row of its first demand in that group.';
COMMENT ON COLUMN review.demand_board_by_group.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.demand_board_by_group.log_position IS 'The last event that these numbers contain.';

CREATE OR REPLACE VIEW review.demand_board_by_group_month WITH (security_barrier) AS
SELECT
    c.period AS month,
    CASE WHEN c.is_registered THEN c.group_name END AS group_code,
    COALESCE(r.name, c.group_name) AS group_name,
    c.is_registered,
    COALESCE(r.ties, string_to_array(c.ties, ',')) AS ties,
    c.asserted_by,
    c.category AS category_code,
    COALESCE(n.name, c.category) AS category_name,
    NULLIF(c.kind, '') AS kind,
    NULLIF(c.organization, '') AS organization_code,
    COALESCE(o.name, NULLIF(c.organization, '')) AS organization_name,
    NULLIF(c.place, '') AS place,
    CASE WHEN c.place_registered THEN c.place END AS place_code,
    COALESCE(l.name, NULLIF(c.place, '')) AS place_name,
    c.demands,
    c.messages,
    c.people,
    c.messages_unidentified,
    c.reported_support,
    (
        SELECT k.position
        FROM projections.generations AS g
        JOIN projections.checkpoints AS k
            ON k.generation = g.generation
        WHERE g.projector = 'demand_board_by_group'
            AND g.state = 'live'
            AND k.tenant_id = (
                SELECT l.tenant_id
                FROM access.logins AS l
                WHERE l.login = current_user
                    AND l.audience = 'reviewer'
            )
    ) AS log_position,
    (
        SELECT g.projector_version
        FROM projections.generations AS g
        WHERE g.projector = 'demand_board_by_group'
            AND g.state = 'live'
    ) AS projector_version
FROM cells AS c
LEFT JOIN registered_names AS r
    ON r.tenant_id = c.tenant_id
    AND r.domain = 'group'
    AND r.code = c.group_name
    AND c.is_registered
LEFT JOIN registered_names AS n
    ON n.tenant_id = c.tenant_id
    AND n.domain = 'category'
    AND n.code = c.category
LEFT JOIN registered_names AS o
    ON o.tenant_id = c.tenant_id
    AND o.domain = 'organization'
    AND o.code = c.organization
LEFT JOIN registered_names AS l
    ON l.tenant_id = c.tenant_id
    AND l.domain = 'place'
    AND l.code = c.place
    AND c.place_registered
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        c.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    )
    AND c.grain = 'month';

COMMENT ON VIEW review.demand_board_by_group_month IS
    'Counts of those who spoke, not of those who think so. As review.demand_board_by_group, by month (its first day), '
    'people counted anew. Rows overlap: a demand counts in each of its groups.';

CREATE OR REPLACE VIEW review.demand_board_by_group_total WITH (security_barrier) AS
SELECT
    CASE WHEN c.is_registered THEN c.group_name END AS group_code,
    COALESCE(r.name, c.group_name) AS group_name,
    c.is_registered,
    c.demands,
    c.messages,
    c.people,
    c.messages_unidentified,
    c.reported_support,
    (
        SELECT k.position
        FROM projections.generations AS g
        JOIN projections.checkpoints AS k
            ON k.generation = g.generation
        WHERE g.projector = 'demand_board_by_group'
            AND g.state = 'live'
            AND k.tenant_id = (
                SELECT l.tenant_id
                FROM access.logins AS l
                WHERE l.login = current_user
                    AND l.audience = 'reviewer'
                    AND l.organization IS NULL
            )
    ) AS log_position,
    (
        SELECT g.projector_version
        FROM projections.generations AS g
        WHERE g.projector = 'demand_board_by_group'
            AND g.state = 'live'
    ) AS projector_version
FROM cells AS c
LEFT JOIN registered_names AS r
    ON r.tenant_id = c.tenant_id
    AND r.domain = 'group'
    AND r.code = c.group_name
    AND c.is_registered
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    )
    AND c.grain = 'total';

COMMENT ON VIEW review.demand_board_by_group_total IS
    'Counts of those who spoke, not of those who think so. One row a group, all time together, each person once; for '
    'reviewers of the whole tenant. Rows overlap: a demand counts in each of its groups, a person in each of theirs.';
SELECT projections.copy_comments(
    'review.demand_board_by_group', 'review.demand_board_by_group_month', 'review.demand_board_by_group_total'
);

-- The last release, for analysts.
CREATE OR REPLACE VIEW aggregates.demand_board_by_group WITH (security_barrier) AS
SELECT
    (p.path[2] || '-01')::date AS month,
    CASE WHEN p.path[1] LIKE '=%' THEN substr(p.path[1], 2) END AS group_code,
    COALESCE(n.name, substr(p.path[1], 2)) AS group_name,
    p.path[1] LIKE '=%' AS is_registered,
    p.path[3] AS category_code,
    COALESCE(t.name, p.path[3]) AS category_name,
    p.is_withheld,
    CASE WHEN p.is_withheld THEN (ARRAY['all', 'group', 'month'])[cardinality(p.path) + 1] END AS withheld_below,
    p.demands,
    p.messages,
    p.people,
    p.messages_unidentified,
    p.reported_support,
    r.release,
    r.position AS release_position,
    r.released_at,
    r.k,
    g.projector_version
FROM published_rows AS p
JOIN publications AS r
    ON r.tenant_id = p.tenant_id
    AND r.publication = p.publication
JOIN projections.generations AS g
    ON g.projector = 'demand_board_by_group'
    AND g.state = 'live'
LEFT JOIN registered_names AS n
    ON n.tenant_id = p.tenant_id
    AND n.domain = 'group'
    AND '=' || n.code = p.path[1]
LEFT JOIN registered_names AS t
    ON t.tenant_id = p.tenant_id
    AND t.domain = 'category'
    AND t.code = p.path[3]
WHERE p.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND p.publication = 'group';

COMMENT ON VIEW aggregates.demand_board_by_group IS
    'Counts of those who spoke, not of those who think so. The last release by group, month and category. Rows '
    'overlap: a demand counts in each of its groups, so the sum over all rows is the number of demands in groups, each '
    'as often as it has groups. No row stands on fewer than k people: smaller cells are pooled into rows with '
    'is_withheld = true. people must not be summed.';
COMMENT ON COLUMN aggregates.demand_board_by_group.month IS 'First day of the month; NULL in a row that pools several.';
COMMENT ON COLUMN aggregates.demand_board_by_group.group_code IS
    'NULL: none is registered under that name, or the row pools several groups.';
COMMENT ON COLUMN aggregates.demand_board_by_group.group_name IS
    'As registered now, else as given; NULL in a row that pools several groups.';
COMMENT ON COLUMN aggregates.demand_board_by_group.withheld_below IS
    'The margin whose small cells this row pools (all, group, month); NULL in a cell.';
COMMENT ON COLUMN aggregates.demand_board_by_group.people IS 'Distinct known persons within this row; must not be summed.';
