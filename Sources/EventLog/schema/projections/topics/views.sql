-- Each topic with its heat at the moment of asking, by the formula in docs/refinement.md: the one place where it stands in
-- SQL. It lies beside the tables, for the server and for the views.
CREATE OR REPLACE VIEW topics_by_heat AS
SELECT
    t.tenant_id,
    t.topic,
    t.category,
    t.demands,
    t.people,
    t.unidentified,
    t.wordings,
    t.repeating_people,
    t.supporters,
    t.reported_support,
    t.first_at,
    t.last_at,
    h.people_heat + h.support_heat AS heat,
    h.people_heat,
    h.support_heat
FROM topics AS t
CROSS JOIN LATERAL (
    SELECT
        t.people_weight::double precision * power(2::double precision, - extract(epoch FROM now() - '2020-01-01Z'::timestamptz) / 2592000)
            AS people_heat,
        power(
            2::double precision, - least(1000, extract(epoch FROM greatest(now() - t.last_at, interval '0')) / 2592000)
        ) AS decay
) AS w
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN t.people + t.unidentified >= 5 THEN round(w.people_heat::numeric, 4) END AS people_heat,
        CASE WHEN t.people + t.unidentified >= 5 THEN
            round(
                (
                    least(0.5 * log(2, (1 + t.reported_support)::numeric)::double precision, 0.5 * w.people_heat) * w.decay
                )::numeric,
                4
            )
        END AS support_heat
) AS h
WHERE t.demands > 0;

COMMENT ON VIEW topics_by_heat IS 'Each topic that stands, with its heat at the moment of asking.';
COMMENT ON COLUMN topics_by_heat.heat IS 'NULL below five people.';
GRANT SELECT ON topics_by_heat TO chorus_app;

-- Where the demands of each topic come from: its three most frequent places and groups, named as registered. A reviewer's
-- word about a demand stands before its message's.
CREATE OR REPLACE VIEW topic_places AS
SELECT
    r.tenant_id,
    r.topic,
    json_agg(json_build_object('name', r.name, 'code', r.code, 'demands', r.demands) ORDER BY r.rank) AS places
FROM (
    SELECT
        c.tenant_id, c.topic, c.name, c.code, c.demands,
        row_number() OVER (
            PARTITION BY c.tenant_id, c.topic ORDER BY c.demands DESC, c.name COLLATE "C", c.code COLLATE "C"
        ) AS rank
    FROM (
        SELECT
            d.tenant_id, d.home AS topic, n.code, COALESCE(max(e.name), min(p.given COLLATE "C")) AS name,
            count(*)::integer AS demands
        FROM demands AS d
        JOIN messages AS m
            ON m.tenant_id = d.tenant_id
            AND m.message_id = d.message_id
        CROSS JOIN LATERAL (
            SELECT COALESCE(d.place, m.place) AS given, COALESCE(d.place_key, m.place_key) AS name_key
        ) AS p
        LEFT JOIN resolved_names AS n
            ON n.tenant_id = d.tenant_id
            AND n.domain = 'place'
            AND n.name_key = p.name_key
        LEFT JOIN registered_names AS e
            ON e.tenant_id = d.tenant_id
            AND e.domain = 'place'
            AND e.code = n.code
        WHERE d.home <> ''
            AND NOT m.withdrawn
            AND p.name_key <> ''
        GROUP BY d.tenant_id, d.home, n.code, CASE WHEN n.code IS NULL THEN p.name_key END
    ) AS c
) AS r
WHERE r.rank <= 3
GROUP BY r.tenant_id, r.topic;

COMMENT ON VIEW topic_places IS 'The three places that most demands of a topic name; a topic without any has no row.';
GRANT SELECT ON topic_places TO chorus_app;

CREATE OR REPLACE VIEW topic_groups AS
SELECT
    r.tenant_id,
    r.topic,
    json_agg(json_build_object('name', r.name, 'code', r.code, 'demands', r.demands) ORDER BY r.rank) AS groups
FROM (
    SELECT
        c.tenant_id, c.topic, c.name, c.code, c.demands,
        row_number() OVER (
            PARTITION BY c.tenant_id, c.topic ORDER BY c.demands DESC, c.name COLLATE "C", c.code COLLATE "C"
        ) AS rank
    FROM (
        -- Two names of one group in a message are one.
        SELECT
            d.tenant_id, d.home AS topic, n.code, COALESCE(max(e.name), min(p.given COLLATE "C")) AS name,
            count(DISTINCT d.position)::integer AS demands
        FROM demands AS d
        JOIN messages AS m
            ON m.tenant_id = d.tenant_id
            AND m.message_id = d.message_id
        CROSS JOIN LATERAL unnest(COALESCE(d.groups, m.groups), COALESCE(d.group_keys, m.group_keys))
            AS p (given, name_key)
        LEFT JOIN resolved_names AS n
            ON n.tenant_id = d.tenant_id
            AND n.domain = 'group'
            AND n.name_key = p.name_key
        LEFT JOIN registered_names AS e
            ON e.tenant_id = d.tenant_id
            AND e.domain = 'group'
            AND e.code = n.code
        WHERE d.home <> ''
            AND NOT m.withdrawn
            AND p.name_key <> ''
        GROUP BY d.tenant_id, d.home, n.code, CASE WHEN n.code IS NULL THEN p.name_key END
    ) AS c
) AS r
WHERE r.rank <= 3
GROUP BY r.tenant_id, r.topic;

COMMENT ON VIEW topic_groups IS 'The three groups that most demands of a topic name; a topic without any has no row.';
GRANT SELECT ON topic_groups TO chorus_app;

-- Who spoke in the last four weeks, and in the four before: whether a topic grows. Whoever is not known counts by demands.
CREATE OR REPLACE VIEW topic_weeks AS
SELECT
    d.tenant_id,
    d.home AS topic,
    (
        count(DISTINCT m.person) FILTER (WHERE m.occurred_at > now() - interval '28 days')
        + count(*) FILTER (WHERE m.occurred_at > now() - interval '28 days' AND m.person IS NULL)
    )::integer AS people_last_4_weeks,
    (
        count(DISTINCT m.person) FILTER (WHERE m.occurred_at <= now() - interval '28 days')
        + count(*) FILTER (WHERE m.occurred_at <= now() - interval '28 days' AND m.person IS NULL)
    )::integer AS people_4_weeks_before
FROM demands AS d
JOIN messages AS m
    ON m.tenant_id = d.tenant_id
    AND m.message_id = d.message_id
WHERE d.home <> ''
    AND NOT m.withdrawn
    AND m.occurred_at > now() - interval '56 days'
    AND m.occurred_at <= now()
GROUP BY d.tenant_id, d.home;

COMMENT ON VIEW topic_weeks IS 'The people of each topic lately; a topic of which nobody spoke for eight weeks has no row.';
GRANT SELECT ON topic_weeks TO chorus_app;

-- Topics as they stand, for reviewers of the whole tenant: one row each. Heat is that of the moment of asking.
CREATE OR REPLACE VIEW review.topics WITH (security_barrier) AS
SELECT
    t.topic,
    n.title,
    COALESCE(n.is_approved, false) AS is_title_approved,
    t.category AS category_code,
    t.demands,
    t.people,
    t.unidentified,
    t.wordings,
    t.repeating_people,
    t.reported_support,
    t.first_at,
    t.last_at,
    t.heat,
    t.people_heat,
    t.support_heat,
    k.position AS log_position,
    g.projector_version,
    t.supporters,
    p.places,
    o.groups,
    COALESCE(w.people_last_4_weeks, 0) AS people_last_4_weeks,
    COALESCE(w.people_4_weeks_before, 0) AS people_4_weeks_before
FROM topics_by_heat AS t
JOIN projections.generations AS g
    ON g.projector = 'topics'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = t.tenant_id
    AND k.generation = g.generation
LEFT JOIN titles AS n
    ON n.tenant_id = t.tenant_id
    AND n.topic = t.topic
LEFT JOIN topic_places AS p
    ON p.tenant_id = t.tenant_id
    AND p.topic = t.topic
LEFT JOIN topic_groups AS o
    ON o.tenant_id = t.tenant_id
    AND o.topic = t.topic
LEFT JOIN topic_weeks AS w
    ON w.tenant_id = t.tenant_id
    AND w.topic = t.topic
WHERE t.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    );

COMMENT ON VIEW review.topics IS
    'Counts of those who spoke, not of those who think so. Topics: demands that ask for the same thing, gathered by a finder '
    'and by reviewers; exact and live. heat = people_heat + support_heat, by the formula in docs/refinement.md; the hot list '
    'is ORDER BY heat DESC NULLS LAST.';
COMMENT ON COLUMN review.topics.topic IS 't<position of the demand that founded it>, or s<number of the operation that split it off>.';
COMMENT ON COLUMN review.topics.title IS 'As reviewers call it; NULL: nobody has named it.';
COMMENT ON COLUMN review.topics.is_title_approved IS 'true: everybody may see the title.';
COMMENT ON COLUMN review.topics.category_code IS 'That of most of its demands.';
COMMENT ON COLUMN review.topics.people IS 'Distinct known persons within this row, once across merged demands; must not be summed.';
COMMENT ON COLUMN review.topics.unidentified IS 'Demands whose sender is not known.';
COMMENT ON COLUMN review.topics.wordings IS 'Different wordings; the same wording is one, while each of its people counts.';
COMMENT ON COLUMN review.topics.repeating_people IS 'Known persons with two demands of it or more.';
COMMENT ON COLUMN review.topics.reported_support IS 'Likes, signatures as reported; beside people, never added to them.';
COMMENT ON COLUMN review.topics.supporters IS
    'Those who supported it and have no demand in it: known persons once, others each; beside people, in people_heat with them.';
COMMENT ON COLUMN review.topics.heat IS 'NULL below five people.';
COMMENT ON COLUMN review.topics.people_heat IS 'Sum over people and supporters of 2 ^ (- days since the latest demand or support / 30).';
COMMENT ON COLUMN review.topics.support_heat IS
    'min(0.5 * log2(1 + reported_support), 0.5 * people_heat) * 2 ^ (- days since the last demand / 30).';
COMMENT ON COLUMN review.topics.places IS
    'The three places that most of its demands name, as [{"name", "code", "demands"}], most demands first; the name as '
    'registered, else as given with code null. NULL: none was named.';
COMMENT ON COLUMN review.topics.groups IS 'The three groups that most of its demands name, as places; NULL: none was named.';
COMMENT ON COLUMN review.topics.people_last_4_weeks IS
    'Distinct known persons who spoke in the last 28 days, and demands of unknown ones; must not be summed.';
COMMENT ON COLUMN review.topics.people_4_weeks_before IS
    'The same of the 28 days before those. Whoever spoke in both counts in both.';
COMMENT ON COLUMN review.topics.log_position IS 'The last event that these numbers contain.';

-- The demands of each topic, with why they are there. No words: GET /v1/demands/{id} shows them to whoever may read them.
CREATE OR REPLACE VIEW review.topic_demands WITH (security_barrier) AS
SELECT
    d.home AS topic,
    d.message_id::text || '.' || d.demand AS demand_id,
    d.category AS category_code,
    m.occurred_at,
    NULLIF(m.organization, '') AS organization_code,
    NULLIF(COALESCE(d.place, m.place), '') AS place,
    COALESCE(d.groups, m.groups) AS group_names,
    CASE WHEN d.demand = 1 THEN m.reported_support ELSE 0 END AS reported_support,
    d.link AS found_topic,
    d.method,
    d.confidence / 10000::numeric AS confidence,
    b.message_id::text || '.' || b.demand AS because_demand_id,
    w.message_id::text || '.' || w.demand AS same_wording_as,
    d.position AS opened_position,
    k.position AS log_position,
    g.projector_version
FROM demands AS d
JOIN messages AS m
    ON m.tenant_id = d.tenant_id
    AND m.message_id = d.message_id
JOIN projections.generations AS g
    ON g.projector = 'topics'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = d.tenant_id
    AND k.generation = g.generation
LEFT JOIN demands AS b
    ON b.tenant_id = d.tenant_id
    AND b.position = d.because
LEFT JOIN demands AS w
    ON w.tenant_id = d.tenant_id
    AND w.position = d.same_wording_as
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        m.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    )
    AND d.home <> ''
    AND NOT m.withdrawn;

COMMENT ON VIEW review.topic_demands IS
    'Counts of those who spoke, not of those who think so. One row a demand of a topic: where the finder placed it and why, '
    'and where it is now. A reviewer of an organization sees its own demands.';
COMMENT ON COLUMN review.topic_demands.place IS 'As given by the message or a reviewer; NULL: none was named.';
COMMENT ON COLUMN review.topic_demands.group_names IS 'As given by the message or a reviewer.';
COMMENT ON COLUMN review.topic_demands.found_topic IS 'Where the finder placed it, whatever reviewers did since.';
COMMENT ON COLUMN review.topic_demands.because_demand_id IS 'The demand that it was placed with; NULL for the one that founded it.';
COMMENT ON COLUMN review.topic_demands.same_wording_as IS 'The first demand of the same wording; NULL: its wording is its own.';

-- How topics grow: demands and people by month.
CREATE OR REPLACE VIEW review.topic_months WITH (security_barrier) AS
SELECT
    d.home AS topic,
    date_trunc('month', m.occurred_at AT TIME ZONE z.time_zone)::date AS month,
    count(*)::integer AS demands,
    count(DISTINCT m.person)::integer AS people,
    (count(*) FILTER (WHERE m.person IS NULL))::integer AS unidentified
FROM demands AS d
JOIN messages AS m
    ON m.tenant_id = d.tenant_id
    AND m.message_id = d.message_id
JOIN log.tenants AS z
    ON z.tenant_id = d.tenant_id
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    )
    AND d.home <> ''
    AND NOT m.withdrawn
GROUP BY d.home, month;

COMMENT ON VIEW review.topic_months IS
    'Counts of those who spoke, not of those who think so. Demands and people of each topic by month, in the tenant''s time '
    'zone; people are distinct within their row only and must not be summed.';
COMMENT ON COLUMN review.topic_months.people IS 'Distinct known persons within this row; must not be summed.';

-- What was done with topics, and what was taken back.
CREATE OR REPLACE VIEW review.topic_operations WITH (security_barrier) AS
SELECT
    o.operation,
    o.type,
    o.body::json AS details,
    EXISTS (
        SELECT
        FROM operations AS u
        WHERE u.tenant_id = o.tenant_id
            AND u.type = 'TopicOperationUndone'
            AND (u.body::json ->> 'undoes')::integer = o.operation
    ) AS is_undone
FROM operations AS o
WHERE o.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
            AND l.organization IS NULL
    )
    AND o.type <> 'TopicOperationUndone';

COMMENT ON VIEW review.topic_operations IS
    'What the finder and reviewers did with topics, in order. POST /v1/topics/operations/{number}/undo takes one back.';

-- The last release, for analysts: a title once a reviewer has approved it, the category until then.
CREATE OR REPLACE VIEW aggregates.topics WITH (security_barrier) AS
SELECT
    NULLIF(p.path[1], '-') AS topic,
    n.title,
    NULLIF(t.category, '') AS category_code,
    p.is_withheld,
    CASE WHEN p.is_withheld THEN 'all' END AS withheld_below,
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
    ON g.projector = 'topics'
    AND g.state = 'live'
LEFT JOIN titles AS n
    ON n.tenant_id = p.tenant_id
    AND n.topic = p.path[1]
    AND n.is_approved
LEFT JOIN topics AS t
    ON t.tenant_id = p.tenant_id
    AND t.topic = p.path[1]
WHERE p.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND p.publication = 'topic';

COMMENT ON VIEW aggregates.topics IS
    'Counts of those who spoke, not of those who think so. Topics as of the last release. No row stands on fewer than k '
    'people: smaller topics are pooled into a row with is_withheld = true, so that the sum over all rows is the number of all '
    'demands. people must not be summed.';
COMMENT ON COLUMN aggregates.topics.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN aggregates.topics.topic IS 'NULL: demands in no topic; with is_withheld, small topics together.';
COMMENT ON COLUMN aggregates.topics.title IS 'As a reviewer has approved it; NULL until then, and category_code says what it is about.';
COMMENT ON COLUMN aggregates.topics.reported_support IS 'Likes, signatures as reported; beside people, never added to them.';
