-- The exact board, for reviewers: each demand once.
-- The tenant is a condition of the scan itself, not a join: a join could be planned after conditions of the reader, and
-- EXPLAIN would then count other tenants' rows. How far the board has come is a subquery for the same reason that it is no
-- join: who does not ask for it does not pay for it, and the planner takes a join with one row for far fewer rows.
CREATE OR REPLACE VIEW review.demand_board WITH (security_barrier) AS
SELECT
    c.period AS day,
    c.category AS category_code,
    COALESCE(n.name, c.category) AS category_name,
    NULLIF(c.organization, '') AS organization_code,
    NULLIF(c.place, '') AS place,
    c.channel AS channel_code,
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
        WHERE g.projector = 'demand_board'
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
        WHERE g.projector = 'demand_board'
            AND g.state = 'live'
    ) AS projector_version,
    NULLIF(c.kind, '') AS kind,
    CASE WHEN c.place_registered THEN c.place END AS place_code,
    COALESCE(l.name, NULLIF(c.place, '')) AS place_name,
    COALESCE(o.name, NULLIF(c.organization, '')) AS organization_name
FROM cells AS c
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

COMMENT ON VIEW review.demand_board IS
    'Counts of those who spoke, not of those who think so. Demands by day, category, kind, organization, place '
    'and channel; exact and live. Sum demands, messages, messages_unidentified and reported_support freely; people are distinct '
    'within their row only and must not be summed (review.demand_board_week and _month count them anew).';
COMMENT ON COLUMN review.demand_board.day IS 'Day in the tenant''s time zone on which it occurred.';
COMMENT ON COLUMN review.demand_board.category_code IS 'unclassified: nobody has classified it yet.';
COMMENT ON COLUMN review.demand_board.organization_code IS 'NULL: none was named.';
COMMENT ON COLUMN review.demand_board.place IS
    'Code of the registered place that the name leads to, else the name as given; NULL: none was named. place_name is '
    'for reading, place_code says whether it is registered.';
COMMENT ON COLUMN review.demand_board.messages IS 'A message counts in the row of its first demand.';
COMMENT ON COLUMN review.demand_board.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.demand_board.messages_unidentified IS 'Messages whose sender is not known.';
COMMENT ON COLUMN review.demand_board.reported_support IS 'Likes, signatures as reported; beside people, never added to them.';
COMMENT ON COLUMN review.demand_board.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.demand_board.projector_version IS 'Same position and version: same numbers.';
COMMENT ON COLUMN review.demand_board.kind IS 'request, enquiry, suggestion, complaint, report, appeal, praise; NULL: nobody said.';
COMMENT ON COLUMN review.demand_board.place_code IS 'Of the registered place; NULL: none is registered under that name.';
COMMENT ON COLUMN review.demand_board.place_name IS
    'In the tenant''s language, else in English; as given where nothing is registered; NULL: none was named.';
COMMENT ON COLUMN review.demand_board.organization_name IS
    'In the tenant''s language, else in English; its code where none is registered; NULL: none was named.';

CREATE OR REPLACE VIEW review.demand_board_week WITH (security_barrier) AS
SELECT
    c.period AS week,
    c.category AS category_code,
    COALESCE(n.name, c.category) AS category_name,
    NULLIF(c.organization, '') AS organization_code,
    NULLIF(c.place, '') AS place,
    c.channel AS channel_code,
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
        WHERE g.projector = 'demand_board'
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
        WHERE g.projector = 'demand_board'
            AND g.state = 'live'
    ) AS projector_version,
    NULLIF(c.kind, '') AS kind,
    CASE WHEN c.place_registered THEN c.place END AS place_code,
    COALESCE(l.name, NULLIF(c.place, '')) AS place_name,
    COALESCE(o.name, NULLIF(c.organization, '')) AS organization_name
FROM cells AS c
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
    AND c.grain = 'week';

COMMENT ON VIEW review.demand_board_week IS
    'Counts of those who spoke, not of those who think so. As review.demand_board, by ISO week (its Monday).';

CREATE OR REPLACE VIEW review.demand_board_month WITH (security_barrier) AS
SELECT
    c.period AS month,
    c.category AS category_code,
    COALESCE(n.name, c.category) AS category_name,
    NULLIF(c.organization, '') AS organization_code,
    NULLIF(c.place, '') AS place,
    c.channel AS channel_code,
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
        WHERE g.projector = 'demand_board'
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
        WHERE g.projector = 'demand_board'
            AND g.state = 'live'
    ) AS projector_version,
    NULLIF(c.kind, '') AS kind,
    CASE WHEN c.place_registered THEN c.place END AS place_code,
    COALESCE(l.name, NULLIF(c.place, '')) AS place_name,
    COALESCE(o.name, NULLIF(c.organization, '')) AS organization_name
FROM cells AS c
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

COMMENT ON VIEW review.demand_board_month IS
    'Counts of those who spoke, not of those who think so. As review.demand_board, by month (its first day).';
SELECT projections.copy_comments('review.demand_board', 'review.demand_board_week', 'review.demand_board_month');
COMMENT ON COLUMN review.demand_board_week.week IS 'Monday of the ISO week in which it occurred, in the tenant''s time zone.';
COMMENT ON COLUMN review.demand_board_month.month IS 'First day of the month in which it occurred, in the tenant''s time zone.';

CREATE OR REPLACE VIEW review.demand_board_by_level WITH (security_barrier) AS
SELECT
    v.level,
    m.month,
    v.category AS category_code,
    COALESCE(v.name, v.category) AS category_name,
    v.category_level,
    count(*) AS demands,
    count(*) FILTER (WHERE f.demand = 1) AS messages,
    count(DISTINCT f.person) AS people,
    count(*) FILTER (WHERE f.demand = 1 AND f.person IS NULL) AS messages_unidentified,
    sum(f.reported_support)::bigint AS reported_support,
    k.position AS log_position,
    g.projector_version
FROM facts AS f
JOIN projections.generations AS g
    ON g.projector = 'demand_board'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = f.tenant_id
    AND k.generation = g.generation
LEFT JOIN registered_names AS c
    ON c.tenant_id = f.tenant_id
    AND c.domain = 'category'
    AND c.code = f.category
LEFT JOIN registered_names AS p
    ON p.tenant_id = f.tenant_id
    AND p.domain = 'category'
    AND p.code = c.parent
LEFT JOIN registered_names AS r
    ON r.tenant_id = f.tenant_id
    AND r.domain = 'category'
    AND r.code = p.parent
CROSS JOIN LATERAL (
    SELECT CASE WHEN c.code IS NULL THEN NULL WHEN c.parent IS NULL THEN 1 WHEN p.parent IS NULL THEN 2 ELSE 3 END AS depth
) AS d
CROSS JOIN LATERAL (
    VALUES
        (
            1, COALESCE(p.parent, c.parent, f.category),
            CASE d.depth WHEN 3 THEN r.name WHEN 2 THEN p.name ELSE c.name END, CASE WHEN d.depth > 0 THEN 1 END
        ),
        (
            2, CASE d.depth WHEN 3 THEN c.parent ELSE f.category END,
            CASE d.depth WHEN 3 THEN p.name ELSE c.name END, CASE WHEN d.depth > 1 THEN 2 ELSE d.depth END
        ),
        (3, f.category, c.name, d.depth)
) AS v (level, category, name, category_level)
CROSS JOIN LATERAL (VALUES (date_trunc('month', f.occurred_on)::date), (NULL)) AS m (month)
WHERE f.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        f.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    )
    AND NOT f.withdrawn
GROUP BY v.level, m.month, v.category, v.name, v.category_level, k.position, g.projector_version;

COMMENT ON VIEW review.demand_board_by_level IS
    'Counts of those who spoke, not of those who think so. Demands by level of the category, of each month and of all months; exact '
    'and live, counted from the demands when it is read: name a level. Each level holds every demand once, so that '
    'demands can be summed within one level and month; people are distinct within their row only and must not be summed.';
COMMENT ON COLUMN review.demand_board_by_level.level IS
    '1 to 3: demands are counted under the category of that level that theirs belongs to; theirs where it lies above.';
COMMENT ON COLUMN review.demand_board_by_level.month IS
    'First day of the month in the tenant''s time zone in which it occurred; NULL: the row counts all months.';
COMMENT ON COLUMN review.demand_board_by_level.category_code IS 'unclassified: nobody has classified it yet.';
COMMENT ON COLUMN review.demand_board_by_level.category_level IS
    'Its own level; NULL: no version of the taxonomy has it. Codes that only older versions had stand where they stood.';
COMMENT ON COLUMN review.demand_board_by_level.messages IS 'A message counts in the row of its first demand.';
COMMENT ON COLUMN review.demand_board_by_level.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.demand_board_by_level.messages_unidentified IS 'Messages whose sender is not known.';
COMMENT ON COLUMN review.demand_board_by_level.reported_support IS
    'Likes, signatures as reported; beside people, never added to them.';
COMMENT ON COLUMN review.demand_board_by_level.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.demand_board_by_level.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.demand_board_by_level_and_kind WITH (security_barrier) AS
SELECT
    v.level,
    m.month,
    v.category AS category_code,
    COALESCE(v.name, v.category) AS category_name,
    v.category_level,
    f.kind,
    count(*) AS demands,
    count(*) FILTER (WHERE f.demand = 1) AS messages,
    count(DISTINCT f.person) AS people,
    count(*) FILTER (WHERE f.demand = 1 AND f.person IS NULL) AS messages_unidentified,
    sum(f.reported_support)::bigint AS reported_support,
    k.position AS log_position,
    g.projector_version
FROM facts AS f
JOIN projections.generations AS g
    ON g.projector = 'demand_board'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = f.tenant_id
    AND k.generation = g.generation
LEFT JOIN registered_names AS c
    ON c.tenant_id = f.tenant_id
    AND c.domain = 'category'
    AND c.code = f.category
LEFT JOIN registered_names AS p
    ON p.tenant_id = f.tenant_id
    AND p.domain = 'category'
    AND p.code = c.parent
LEFT JOIN registered_names AS r
    ON r.tenant_id = f.tenant_id
    AND r.domain = 'category'
    AND r.code = p.parent
CROSS JOIN LATERAL (
    SELECT CASE WHEN c.code IS NULL THEN NULL WHEN c.parent IS NULL THEN 1 WHEN p.parent IS NULL THEN 2 ELSE 3 END AS depth
) AS d
CROSS JOIN LATERAL (
    VALUES
        (
            1, COALESCE(p.parent, c.parent, f.category),
            CASE d.depth WHEN 3 THEN r.name WHEN 2 THEN p.name ELSE c.name END, CASE WHEN d.depth > 0 THEN 1 END
        ),
        (
            2, CASE d.depth WHEN 3 THEN c.parent ELSE f.category END,
            CASE d.depth WHEN 3 THEN p.name ELSE c.name END, CASE WHEN d.depth > 1 THEN 2 ELSE d.depth END
        ),
        (3, f.category, c.name, d.depth)
) AS v (level, category, name, category_level)
CROSS JOIN LATERAL (VALUES (date_trunc('month', f.occurred_on)::date), (NULL)) AS m (month)
WHERE f.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        f.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    )
    AND NOT f.withdrawn
GROUP BY v.level, m.month, v.category, v.name, v.category_level, f.kind, k.position, g.projector_version;

COMMENT ON VIEW review.demand_board_by_level_and_kind IS
    'Counts of those who spoke, not of those who think so. As review.demand_board_by_level, each kind by itself.';
COMMENT ON COLUMN review.demand_board_by_level_and_kind.month IS 'NULL: the row counts all months.';
COMMENT ON COLUMN review.demand_board_by_level_and_kind.category_level IS
    'Its own level; NULL: no version of the taxonomy has it.';
COMMENT ON COLUMN review.demand_board_by_level_and_kind.kind IS
    'request, enquiry, suggestion, complaint, report, appeal, praise; NULL: nobody said.';
COMMENT ON COLUMN review.demand_board_by_level_and_kind.people IS
    'Distinct known persons within this row; must not be summed.';

-- The published board, for analysts: the last release, under the rule of k people.
CREATE OR REPLACE VIEW aggregates.demand_board WITH (security_barrier) AS
SELECT
    (p.path[1] || '-01')::date AS month,
    p.path[2] AS category_code,
    COALESCE(n.name, p.path[2]) AS category_name,
    NULLIF(p.path[3], '') AS organization_code,
    NULLIF(substr(p.path[4], 2), '') AS place,
    p.path[5] AS channel_code,
    p.is_withheld,
    CASE WHEN p.is_withheld
        THEN (ARRAY['all', 'month', 'category', 'organization', 'place'])[cardinality(p.path) + 1]
    END AS withheld_below,
    p.demands,
    p.messages,
    p.people,
    p.messages_unidentified,
    p.reported_support,
    r.release,
    r.position AS release_position,
    r.released_at,
    r.k,
    g.projector_version,
    CASE WHEN p.path[4] LIKE '=%' THEN substr(p.path[4], 2) END AS place_code,
    COALESCE(l.name, NULLIF(substr(p.path[4], 2), '')) AS place_name,
    COALESCE(o.name, NULLIF(p.path[3], '')) AS organization_name
FROM published_rows AS p
JOIN publications AS r
    ON r.tenant_id = p.tenant_id
    AND r.publication = p.publication
JOIN projections.generations AS g
    ON g.projector = 'demand_board'
    AND g.state = 'live'
LEFT JOIN registered_names AS n
    ON n.tenant_id = p.tenant_id
    AND n.domain = 'category'
    AND n.code = p.path[2]
LEFT JOIN registered_names AS o
    ON o.tenant_id = p.tenant_id
    AND o.domain = 'organization'
    AND o.code = p.path[3]
LEFT JOIN registered_names AS l
    ON l.tenant_id = p.tenant_id
    AND l.domain = 'place'
    AND '=' || l.code = p.path[4]
WHERE p.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND p.publication = 'month';

COMMENT ON VIEW aggregates.demand_board IS
    'Counts of those who spoke, not of those who think so. The last release by month, category, organization, place '
    'and channel. No row stands on fewer than k people: smaller cells are pooled into rows with is_withheld = true, '
    'so the sum over all rows is the number of all demands. people must not be summed.';
COMMENT ON COLUMN aggregates.demand_board.month IS 'First day of the month; NULL in a row that pools several months.';
COMMENT ON COLUMN aggregates.demand_board.is_withheld IS 'true: several small cells together, see withheld_below.';
COMMENT ON COLUMN aggregates.demand_board.withheld_below IS
    'The margin whose small cells this row pools (all, month, category, organization, place); NULL in a cell. '
    'Coordinates finer than the margin are NULL.';
COMMENT ON COLUMN aggregates.demand_board.organization_code IS 'NULL in a cell: none was named.';
COMMENT ON COLUMN aggregates.demand_board.place IS
    'Code of the registered place, else the name as given; NULL in a cell: none was named.';
COMMENT ON COLUMN aggregates.demand_board.place_code IS 'NULL: none is registered under that name, or none was named.';
COMMENT ON COLUMN aggregates.demand_board.place_name IS 'As registered now, else as given; the numbers are the release''s.';
COMMENT ON COLUMN aggregates.demand_board.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN aggregates.demand_board.messages_unidentified IS 'Each counts as one person under the rule of k.';
COMMENT ON COLUMN aggregates.demand_board.release IS 'Same release, projector_version and k: same numbers.';
COMMENT ON COLUMN aggregates.demand_board.release_position IS 'The release covers exactly the events before it.';

CREATE OR REPLACE VIEW aggregates.demand_board_week WITH (security_barrier) AS
SELECT
    p.path[1]::date AS week,
    p.path[2] AS category_code,
    COALESCE(n.name, p.path[2]) AS category_name,
    p.is_withheld,
    CASE WHEN p.is_withheld THEN (ARRAY['all', 'week'])[cardinality(p.path) + 1] END AS withheld_below,
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
    ON g.projector = 'demand_board'
    AND g.state = 'live'
LEFT JOIN registered_names AS n
    ON n.tenant_id = p.tenant_id
    AND n.domain = 'category'
    AND n.code = p.path[2]
WHERE p.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND p.publication = 'week';

COMMENT ON VIEW aggregates.demand_board_week IS
    'Counts of those who spoke, not of those who think so. The last release by ISO week (its Monday) and category; '
    'withheld rows as in aggregates.demand_board.';

CREATE OR REPLACE VIEW aggregates.demand_board_day WITH (security_barrier) AS
SELECT
    (p.path[1] || '-01')::date AS month,
    p.path[2]::date AS day,
    p.is_withheld,
    CASE WHEN p.is_withheld THEN (ARRAY['all', 'month'])[cardinality(p.path) + 1] END AS withheld_below,
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
    ON g.projector = 'demand_board'
    AND g.state = 'live'
WHERE p.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND p.publication = 'day';

COMMENT ON VIEW aggregates.demand_board_day IS
    'Counts of those who spoke, not of those who think so. The last release by day, all categories together; withheld '
    'rows as in aggregates.demand_board.';
SELECT projections.copy_comments('aggregates.demand_board', 'aggregates.demand_board_week', 'aggregates.demand_board_day');
