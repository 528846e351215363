-- Briefs as they stand. A reviewer of one organization sees its own.
CREATE OR REPLACE VIEW review.briefs WITH (security_barrier) AS
SELECT
    b.brief_id,
    b.state,
    b.organization AS organization_code,
    t.topics,
    b.demands AS demands_then,
    b.messages AS messages_then,
    b.people AS people_then,
    b.unidentified AS unidentified_then,
    b.supporters AS supporters_then,
    b.reported_support AS reported_support_then,
    b.counted_position,
    b.counted_version,
    NULLIF(b.counted_of, '') AS counted_of,
    b.wording,
    c.checked,
    c.checked_yes,
    c.checked_partly,
    c.checked_no,
    b.drafted_at,
    b.put_to_supporters_at,
    b.delivered_at,
    NULLIF(b.recipient_organization, '') AS recipient_organization_code,
    b.outcome,
    b.decided_at,
    k.position AS log_position,
    g.projector_version
FROM briefs AS b
JOIN projections.generations AS g
    ON g.projector = 'briefs'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = b.tenant_id
    AND k.generation = g.generation
LEFT JOIN LATERAL (
    SELECT array_agg(t.topic ORDER BY t.topic) AS topics
    FROM brief_topics AS t
    WHERE t.tenant_id = b.tenant_id
        AND t.brief_id = b.brief_id
) AS t
    ON true
LEFT JOIN LATERAL (
    SELECT
        count(*)::integer AS checked,
        (count(*) FILTER (WHERE c.answer = 'yes'))::integer AS checked_yes,
        (count(*) FILTER (WHERE c.answer = 'partly'))::integer AS checked_partly,
        (count(*) FILTER (WHERE c.answer = 'no'))::integer AS checked_no
    FROM brief_checks AS c
    WHERE c.tenant_id = b.tenant_id
        AND c.brief_id = b.brief_id
        AND c.wording = b.wording
) AS c
    ON true
WHERE b.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        b.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    );

COMMENT ON VIEW review.briefs IS
    'Counts of those who spoke, not of those who think so. Briefs: what organizations say to whoever decides, out of topics; '
    'exact and live. The words are at GET /v1/briefs/{brief}.';
COMMENT ON COLUMN review.briefs.brief_id IS 'As in GET /v1/briefs/{brief}.';
COMMENT ON COLUMN review.briefs.state IS 'draft, checking (those behind its topics are asked), delivered, decided or dropped.';
COMMENT ON COLUMN review.briefs.organization_code IS 'Whose brief it is.';
COMMENT ON COLUMN review.briefs.topics IS 'As they were named when it was drafted.';
COMMENT ON COLUMN review.briefs.demands_then IS 'Demands in its topics when it was drafted, each once.';
COMMENT ON COLUMN review.briefs.messages_then IS 'Messages of these demands.';
COMMENT ON COLUMN review.briefs.people_then IS 'Distinct known persons of all its topics when it was drafted; must not be summed.';
COMMENT ON COLUMN review.briefs.unidentified_then IS 'Demands then whose sender is not known.';
COMMENT ON COLUMN review.briefs.supporters_then IS 'Those who supported one of its topics then and have no demand in it.';
COMMENT ON COLUMN review.briefs.reported_support_then IS 'Likes, signatures as reported; beside people, never added to them.';
COMMENT ON COLUMN review.briefs.counted_position IS 'The last event that the counts "then" contain.';
COMMENT ON COLUMN review.briefs.counted_version IS 'The version of the projector topics that counted them.';
COMMENT ON COLUMN review.briefs.counted_of IS 'The organization whose demands alone were counted; NULL: the whole tenant''s.';
COMMENT ON COLUMN review.briefs.wording IS 'Number of its present words, from 1; answers to earlier words do not count.';
COMMENT ON COLUMN review.briefs.checked IS 'People who said whether its present words say what they mean: known persons once, others each.';
COMMENT ON COLUMN review.briefs.checked_yes IS 'Of these: yes.';
COMMENT ON COLUMN review.briefs.checked_partly IS 'Of these: partly.';
COMMENT ON COLUMN review.briefs.checked_no IS 'Of these: no.';
COMMENT ON COLUMN review.briefs.drafted_at IS 'When it was recorded.';
COMMENT ON COLUMN review.briefs.put_to_supporters_at IS 'When it was last put to those behind its topics; NULL: never.';
COMMENT ON COLUMN review.briefs.delivered_at IS 'NULL: not delivered.';
COMMENT ON COLUMN review.briefs.recipient_organization_code IS
    'Whom it was delivered to; NULL: not delivered, or named in words.';
COMMENT ON COLUMN review.briefs.outcome IS
    'adopted, partly_adopted, referred, declined or no_answer; NULL: none was recorded.';
COMMENT ON COLUMN review.briefs.decided_at IS 'NULL: no outcome was recorded.';
COMMENT ON COLUMN review.briefs.log_position IS 'The last event that these rows contain.';
COMMENT ON COLUMN review.briefs.projector_version IS 'Same position and version: same rows.';

-- Of which topics briefs are.
CREATE OR REPLACE VIEW review.brief_topics WITH (security_barrier) AS
SELECT
    t.brief_id,
    t.topic,
    t.state,
    b.organization AS organization_code,
    t.demands AS demands_then,
    t.messages AS messages_then,
    t.people AS people_then,
    t.unidentified AS unidentified_then,
    t.supporters AS supporters_then,
    t.reported_support AS reported_support_then,
    t.first_at AS first_at_then,
    t.last_at AS last_at_then,
    k.position AS log_position,
    g.projector_version
FROM brief_topics AS t
JOIN briefs AS b
    ON b.tenant_id = t.tenant_id
    AND b.brief_id = t.brief_id
JOIN projections.generations AS g
    ON g.projector = 'briefs'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = t.tenant_id
    AND k.generation = g.generation
WHERE t.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND COALESCE(
        b.organization = (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ),
        true
    );

COMMENT ON VIEW review.brief_topics IS
    'Counts of those who spoke, not of those who think so. One row a topic of a brief, with its counts when the brief was '
    'drafted; review.topics has those of today.';
COMMENT ON COLUMN review.brief_topics.brief_id IS 'As in review.briefs.';
COMMENT ON COLUMN review.brief_topics.topic IS 'As it was named then; a topic that was merged since stands under another name.';
COMMENT ON COLUMN review.brief_topics.state IS 'Of the brief: draft, checking, delivered, decided or dropped.';
COMMENT ON COLUMN review.brief_topics.organization_code IS 'Whose brief it is.';
COMMENT ON COLUMN review.brief_topics.demands_then IS 'Demands in the topic when the brief was drafted.';
COMMENT ON COLUMN review.brief_topics.messages_then IS 'Messages of these demands.';
COMMENT ON COLUMN review.brief_topics.people_then IS 'Distinct known persons of this topic then; must not be summed.';
COMMENT ON COLUMN review.brief_topics.unidentified_then IS 'Demands then whose sender is not known.';
COMMENT ON COLUMN review.brief_topics.supporters_then IS 'Those who supported it then and have no demand in it.';
COMMENT ON COLUMN review.brief_topics.reported_support_then IS 'Likes, signatures as reported; beside people, never added to them.';
COMMENT ON COLUMN review.brief_topics.first_at_then IS 'When the first of these demands was voiced.';
COMMENT ON COLUMN review.brief_topics.last_at_then IS 'When the last of these demands was voiced.';
COMMENT ON COLUMN review.brief_topics.log_position IS 'The last event that these rows contain.';
COMMENT ON COLUMN review.brief_topics.projector_version IS 'Same position and version: same rows.';

-- For analysts: briefs that were delivered, which is public by intent. It waits for no release: from its delivery on a brief takes no
-- answers any more, so no two looks at it can be set off against each other.
CREATE OR REPLACE VIEW aggregates.briefs WITH (security_barrier) AS
SELECT
    b.brief_id,
    b.organization AS organization_code,
    b.state,
    date_trunc('month', b.delivered_at AT TIME ZONE z.time_zone)::date AS delivered_month,
    b.outcome,
    CASE WHEN c.checked >= z.k THEN c.checked END AS checked,
    CASE WHEN c.is_shown THEN c.yes END AS checked_yes,
    CASE WHEN c.is_shown THEN c.partly END AS checked_partly,
    CASE WHEN c.is_shown THEN c.no END AS checked_no,
    z.k,
    g.projector_version
FROM briefs AS b
JOIN log.tenants AS z
    ON z.tenant_id = b.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'briefs'
    AND g.state = 'live'
LEFT JOIN LATERAL (
    SELECT
        a.checked,
        a.yes,
        a.partly,
        a.no,
        a.checked >= z.k
            AND (a.yes = 0 OR a.yes >= z.k)
            AND (a.partly = 0 OR a.partly >= z.k)
            AND (a.no = 0 OR a.no >= z.k) AS is_shown
    FROM (
        SELECT
            count(*)::integer AS checked,
            (count(*) FILTER (WHERE c.answer = 'yes'))::integer AS yes,
            (count(*) FILTER (WHERE c.answer = 'partly'))::integer AS partly,
            (count(*) FILTER (WHERE c.answer = 'no'))::integer AS no
        FROM brief_checks AS c
        WHERE c.tenant_id = b.tenant_id
            AND c.brief_id = b.brief_id
            AND c.wording = b.wording
    ) AS a
) AS c
    ON true
WHERE b.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND b.state IN ('delivered', 'decided');

COMMENT ON VIEW aggregates.briefs IS
    'Counts of those who spoke, not of those who think so. Briefs that were delivered to whoever decides, and what came of '
    'them, as they are at present. No number stands on fewer than k people: how many answered is shown from k on, and how '
    'they answered when k or more, or nobody, gave each of the answers.';
COMMENT ON COLUMN aggregates.briefs.brief_id IS 'One row a brief.';
COMMENT ON COLUMN aggregates.briefs.organization_code IS 'Whose brief it is.';
COMMENT ON COLUMN aggregates.briefs.state IS 'delivered or decided.';
COMMENT ON COLUMN aggregates.briefs.delivered_month IS 'First day of the month, in the tenant''s time zone.';
COMMENT ON COLUMN aggregates.briefs.outcome IS
    'adopted, partly_adopted, referred, declined or no_answer; NULL: none was recorded.';
COMMENT ON COLUMN aggregates.briefs.checked IS
    'People behind its topics who said, before it was delivered, whether it says what they mean; NULL: fewer than k.';
COMMENT ON COLUMN aggregates.briefs.checked_yes IS 'Of these: yes; NULL: an answer was given by some, but by fewer than k.';
COMMENT ON COLUMN aggregates.briefs.checked_partly IS 'Of these: partly; NULL as checked_yes.';
COMMENT ON COLUMN aggregates.briefs.checked_no IS 'Of these: no; NULL as checked_yes.';
COMMENT ON COLUMN aggregates.briefs.k IS 'The tenant''s threshold at present.';
COMMENT ON COLUMN aggregates.briefs.projector_version IS 'Of the projector briefs.';
