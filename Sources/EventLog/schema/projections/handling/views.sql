-- What became of each demand on its way to an answer, exact, and counted from the same rows.
-- A reviewer of the whole tenant sees all demands; one of an organization those that are its business, but none that speaks
-- against it or one above it, nor reports. The tenant is a condition of the scan itself, as in the other views. All of that is
-- written out in each view: where the log is distributed, projections.guard_views makes variables of what a view itself asks
-- of access.logins, and cannot see into another view.
-- Intervals are Wilson's at 95 %: (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n) with z = 1.959963984540054
-- (E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22, 1927; A. Agresti and
-- B. A. Coull, Approximate Is Better than "Exact", The American Statistician 52, 1998). Below the tenant's k no rate is said.
CREATE OR REPLACE VIEW review.demand_handling WITH (security_barrier) AS
SELECT
    d.message_id::text || '.' || d.demand AS demand_id,
    d.category AS category_code,
    NULLIF(d.kind, '') AS kind,
    NULLIF(d.organization, '') AS organization_code,
    NULLIF(d.place, '') AS place,
    d.groups AS group_names,
    d.channel AS channel_code,
    d.occurred_at,
    d.received_at,
    d.state,
    d.phase,
    NULLIF(d.responsible, '') AS responsible_code,
    NULLIF(d.steward, '') AS steward_code,
    NULLIF(d.route_method, '') AS route_method,
    NULLIF(d.escalated_to, '') AS escalated_to,
    d.declined_by,
    NULLIF(d.against, '') AS against,
    d.is_urgent,
    d.due_at,
    d.first_due_at,
    d.phase = 'open' AND COALESCE(d.due_at <= c.recorded_at, false) AS is_overdue,
    d.claimed_by,
    d.replies,
    d.acknowledgements,
    d.first_replied_at,
    d.last_replied_at,
    round((extract(epoch FROM d.first_replied_at - d.occurred_at) / 86400)::numeric, 2) AS days_to_reply,
    d.closed_at,
    d.reopenings,
    d.is_judged,
    d.is_solved,
    d.is_satisfied,
    d.judged_at,
    d.judged_by,
    d.judged_synthetic AS is_judged_synthetically,
    d.duplicate_of,
    NULLIF(d.topic, '') AS topic,
    n.title AS topic_title,
    d.opened_position,
    d.changed_position,
    c.recorded_at AS as_of,
    k.position AS log_position,
    g.projector_version
FROM demands AS d
JOIN clock AS c
    ON c.tenant_id = d.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = d.tenant_id
    AND k.generation = g.generation
LEFT JOIN titles AS n
    ON n.tenant_id = d.tenant_id
    AND n.topic = d.topic
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND NOT d.withdrawn
    AND (
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL
        OR (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
            AND d.kind <> 'report'
            AND d.against <> (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            )
            AND NOT EXISTS (
                SELECT
                FROM organizations AS o
                WHERE o.tenant_id = d.tenant_id
                    AND o.code = (
                        SELECT l.organization
                        FROM access.logins AS l
                        WHERE l.login = current_user
                    )
                    AND d.against = ANY (o.path)
            )
        )
    );

COMMENT ON VIEW review.demand_handling IS
    'Counts of those who spoke, not of those who think so. One row a demand: where it stands, who has it, when an '
    'answer is due and was given, what those who spoke said of it; exact and live. A reviewer of an organization '
    'sees the demands that it is responsible for, follows up, had escalated to it or was addressed by; none that '
    'speaks against it or one above it, and no reports.';
COMMENT ON COLUMN review.demand_handling.demand_id IS '<message>.<number>.';
COMMENT ON COLUMN review.demand_handling.kind IS 'NULL: nobody said.';
COMMENT ON COLUMN review.demand_handling.organization_code IS 'That it is addressed to; NULL: none.';
COMMENT ON COLUMN review.demand_handling.place IS 'As given; NULL: none.';
COMMENT ON COLUMN review.demand_handling.responsible_code IS 'Must act and reply; NULL: nobody.';
COMMENT ON COLUMN review.demand_handling.steward_code IS 'Stands for the group; NULL: nobody.';
COMMENT ON COLUMN review.demand_handling.escalated_to IS 'Sees it too; NULL: it was not escalated.';
COMMENT ON COLUMN review.demand_handling.due_at IS 'By when the present answer is due; NULL: no rule says so.';
COMMENT ON COLUMN review.demand_handling.is_overdue IS 'true: open, and its answer was due by as_of.';
COMMENT ON COLUMN review.demand_handling.claimed_by IS 'The reviewer who has it in hand; NULL: none.';
COMMENT ON COLUMN review.demand_handling.state IS
    'received, accepted, in_progress, answered, closed, refused, duplicate, reopened.';
COMMENT ON COLUMN review.demand_handling.phase IS 'What the state comes down to: open, answered, closed.';
COMMENT ON COLUMN review.demand_handling.route_method IS
    'How it came to who is responsible: rules, reviewer, declined; NULL: it was never routed.';
COMMENT ON COLUMN review.demand_handling.declined_by IS 'Organizations that said that it is not theirs.';
COMMENT ON COLUMN review.demand_handling.against IS 'The organization that it speaks against; NULL: none.';
COMMENT ON COLUMN review.demand_handling.first_due_at IS
    'By when the first answer was due, whatever is due since a reopening; NULL: no rule said so.';
COMMENT ON COLUMN review.demand_handling.replies IS 'Answers with substance.';
COMMENT ON COLUMN review.demand_handling.acknowledgements IS 'Answers that only acknowledge receipt; they answer nothing.';
COMMENT ON COLUMN review.demand_handling.first_replied_at IS 'Of the earliest answer with substance; NULL: there is none.';
COMMENT ON COLUMN review.demand_handling.days_to_reply IS
    'From when it occurred to the first answer with substance; NULL: there is none.';
COMMENT ON COLUMN review.demand_handling.closed_at IS
    'When it was closed, refused or marked as a duplicate; NULL: it is none of these.';
COMMENT ON COLUMN review.demand_handling.is_judged IS
    'true: who spoke has judged the answer that stands; a reopening takes that back.';
COMMENT ON COLUMN review.demand_handling.is_solved IS 'As who spoke says; NULL: not said.';
COMMENT ON COLUMN review.demand_handling.is_satisfied IS 'As who spoke says; NULL: not said.';
COMMENT ON COLUMN review.demand_handling.judged_by IS
    'Who brought the judgement in: person, collector, reviewer; NULL: not judged.';
COMMENT ON COLUMN review.demand_handling.is_judged_synthetically IS
    'true: its judgement was made up to try the system, and counts nowhere.';
COMMENT ON COLUMN review.demand_handling.duplicate_of IS 'The demand that stands for it; NULL: it stands for itself.';
COMMENT ON COLUMN review.demand_handling.topic IS 'The topic that holds it now; NULL: none.';
COMMENT ON COLUMN review.demand_handling.topic_title IS 'As reviewers call the topic; NULL: nobody has named it.';
COMMENT ON COLUMN review.demand_handling.opened_position IS 'Of the event that opened it: its name in topics.';
COMMENT ON COLUMN review.demand_handling.changed_position IS 'Of the last event that says something of it.';
COMMENT ON COLUMN review.demand_handling.as_of IS
    'When the last event was recorded that these numbers follow; what is overdue is told by it, not by now.';
COMMENT ON COLUMN review.demand_handling.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.demand_handling.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.unrouted WITH (security_barrier) AS
SELECT
    d.message_id::text || '.' || d.demand AS demand_id,
    d.category AS category_code,
    NULLIF(d.kind, '') AS kind,
    NULLIF(d.organization, '') AS organization_code,
    NULLIF(d.place, '') AS place,
    d.groups AS group_names,
    d.channel AS channel_code,
    d.occurred_at,
    d.received_at,
    d.state,
    NULLIF(d.route_method, '') AS route_method,
    d.declined_by,
    d.is_urgent,
    d.due_at,
    d.phase = 'open' AND COALESCE(d.due_at <= c.recorded_at, false) AS is_overdue,
    NULLIF(d.topic, '') AS topic,
    c.recorded_at AS as_of,
    k.position AS log_position,
    g.projector_version
FROM demands AS d
JOIN clock AS c
    ON c.tenant_id = d.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = d.tenant_id
    AND k.generation = g.generation
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND NOT d.withdrawn
    AND (
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL
        OR (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
            AND d.kind <> 'report'
            AND d.against <> (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            )
            AND NOT EXISTS (
                SELECT
                FROM organizations AS o
                WHERE o.tenant_id = d.tenant_id
                    AND o.code = (
                        SELECT l.organization
                        FROM access.logins AS l
                        WHERE l.login = current_user
                    )
                    AND d.against = ANY (o.path)
            )
        )
    )
    AND d.phase = 'open'
    AND d.responsible = '';

COMMENT ON VIEW review.unrouted IS
    'Counts of those who spoke, not of those who think so. Open demands that nobody is responsible for, one row '
    'each: a reviewer must say whose they are; exact and live. A reviewer of an organization sees the demands that '
    'it is responsible for, follows up, had escalated to it or was addressed by; none that speaks against it or one '
    'above it, and no reports.';
COMMENT ON COLUMN review.unrouted.demand_id IS '<message>.<number>.';
COMMENT ON COLUMN review.unrouted.kind IS 'NULL: nobody said.';
COMMENT ON COLUMN review.unrouted.organization_code IS 'That it is addressed to; NULL: none.';
COMMENT ON COLUMN review.unrouted.place IS 'As given; NULL: none.';
COMMENT ON COLUMN review.unrouted.due_at IS 'By when the present answer is due; NULL: no rule says so.';
COMMENT ON COLUMN review.unrouted.is_overdue IS 'true: open, and its answer was due by as_of.';
COMMENT ON COLUMN review.unrouted.topic IS 'The topic that holds it now; NULL: none.';
COMMENT ON COLUMN review.unrouted.route_method IS
    'NULL: it was never routed; rules: none fits; declined: nobody above may have it; reviewer: taken away.';
COMMENT ON COLUMN review.unrouted.declined_by IS 'Organizations that said that it is not theirs.';
COMMENT ON COLUMN review.unrouted.as_of IS
    'When the last event was recorded that these numbers follow; what is overdue is told by it, not by now.';
COMMENT ON COLUMN review.unrouted.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.unrouted.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.backlog WITH (security_barrier) AS
SELECT
    NULLIF(d.responsible, '') AS responsible_code,
    d.state,
    d.phase,
    count(*)::integer AS demands,
    (count(*) FILTER (WHERE d.phase = 'open' AND d.due_at <= c.recorded_at))::integer AS overdue,
    (count(*) FILTER (WHERE d.is_urgent))::integer AS urgent,
    (count(*) FILTER (WHERE d.claimed_by IS NOT NULL))::integer AS claimed,
    count(DISTINCT d.person)::integer AS people,
    min(d.occurred_at) AS oldest_at,
    c.recorded_at AS as_of,
    k.position AS log_position,
    g.projector_version
FROM demands AS d
JOIN clock AS c
    ON c.tenant_id = d.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = d.tenant_id
    AND k.generation = g.generation
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND NOT d.withdrawn
    AND (
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL
        OR (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
            AND d.kind <> 'report'
            AND d.against <> (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            )
            AND NOT EXISTS (
                SELECT
                FROM organizations AS o
                WHERE o.tenant_id = d.tenant_id
                    AND o.code = (
                        SELECT l.organization
                        FROM access.logins AS l
                        WHERE l.login = current_user
                    )
                    AND d.against = ANY (o.path)
            )
        )
    )
GROUP BY d.responsible, d.state, d.phase, c.recorded_at, k.position, g.projector_version;

COMMENT ON VIEW review.backlog IS
    'Counts of those who spoke, not of those who think so. How many demands stand where, by who is responsible; '
    'exact and live. Sum demands freely. A reviewer of an organization sees the demands that it is responsible for, '
    'follows up, had escalated to it or was addressed by; none that speaks against it or one above it, and no '
    'reports.';
COMMENT ON COLUMN review.backlog.responsible_code IS 'Must act and reply; NULL: nobody.';
COMMENT ON COLUMN review.backlog.overdue IS 'Open ones whose answer was due by as_of.';
COMMENT ON COLUMN review.backlog.urgent IS 'Those that are urgent, open or not.';
COMMENT ON COLUMN review.backlog.claimed IS 'Those that a reviewer has in hand.';
COMMENT ON COLUMN review.backlog.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.backlog.oldest_at IS 'When the oldest of them occurred.';
COMMENT ON COLUMN review.backlog.as_of IS
    'When the last event was recorded that these numbers follow; what is overdue is told by it, not by now.';
COMMENT ON COLUMN review.backlog.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.backlog.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.overdue WITH (security_barrier) AS
SELECT
    d.message_id::text || '.' || d.demand AS demand_id,
    d.category AS category_code,
    NULLIF(d.kind, '') AS kind,
    NULLIF(d.organization, '') AS organization_code,
    NULLIF(d.place, '') AS place,
    d.groups AS group_names,
    d.channel AS channel_code,
    d.occurred_at,
    d.received_at,
    d.state,
    NULLIF(d.responsible, '') AS responsible_code,
    NULLIF(d.steward, '') AS steward_code,
    NULLIF(d.escalated_to, '') AS escalated_to,
    d.claimed_by,
    d.is_urgent,
    d.due_at,
    round((extract(epoch FROM c.recorded_at - d.due_at) / 86400)::numeric, 2) AS days_overdue,
    d.reopenings,
    NULLIF(d.topic, '') AS topic,
    c.recorded_at AS as_of,
    k.position AS log_position,
    g.projector_version
FROM demands AS d
JOIN clock AS c
    ON c.tenant_id = d.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = d.tenant_id
    AND k.generation = g.generation
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND NOT d.withdrawn
    AND (
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL
        OR (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
            AND d.kind <> 'report'
            AND d.against <> (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            )
            AND NOT EXISTS (
                SELECT
                FROM organizations AS o
                WHERE o.tenant_id = d.tenant_id
                    AND o.code = (
                        SELECT l.organization
                        FROM access.logins AS l
                        WHERE l.login = current_user
                    )
                    AND d.against = ANY (o.path)
            )
        )
    )
    AND d.phase = 'open'
    AND d.due_at <= c.recorded_at;

COMMENT ON VIEW review.overdue IS
    'Counts of those who spoke, not of those who think so. Open demands whose answer was due, one row each; exact '
    'and live, as of the last event. A reviewer of an organization sees the demands that it is responsible for, '
    'follows up, had escalated to it or was addressed by; none that speaks against it or one above it, and no '
    'reports.';
COMMENT ON COLUMN review.overdue.demand_id IS '<message>.<number>.';
COMMENT ON COLUMN review.overdue.kind IS 'NULL: nobody said.';
COMMENT ON COLUMN review.overdue.organization_code IS 'That it is addressed to; NULL: none.';
COMMENT ON COLUMN review.overdue.place IS 'As given; NULL: none.';
COMMENT ON COLUMN review.overdue.responsible_code IS 'Must act and reply; NULL: nobody.';
COMMENT ON COLUMN review.overdue.steward_code IS 'Stands for the group; NULL: nobody.';
COMMENT ON COLUMN review.overdue.escalated_to IS 'Sees it too; NULL: it was not escalated.';
COMMENT ON COLUMN review.overdue.claimed_by IS 'The reviewer who has it in hand; NULL: none.';
COMMENT ON COLUMN review.overdue.topic IS 'The topic that holds it now; NULL: none.';
COMMENT ON COLUMN review.overdue.due_at IS 'By when the present answer is due.';
COMMENT ON COLUMN review.overdue.days_overdue IS 'At as_of.';
COMMENT ON COLUMN review.overdue.as_of IS
    'When the last event was recorded that these numbers follow; what is overdue is told by it, not by now.';
COMMENT ON COLUMN review.overdue.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.overdue.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.urgent WITH (security_barrier) AS
SELECT
    d.message_id::text || '.' || d.demand AS demand_id,
    d.category AS category_code,
    NULLIF(d.kind, '') AS kind,
    NULLIF(d.organization, '') AS organization_code,
    NULLIF(d.place, '') AS place,
    d.groups AS group_names,
    d.channel AS channel_code,
    d.occurred_at,
    d.received_at,
    d.state,
    NULLIF(d.responsible, '') AS responsible_code,
    NULLIF(d.steward, '') AS steward_code,
    NULLIF(d.escalated_to, '') AS escalated_to,
    d.claimed_by,
    d.is_urgent,
    d.due_at,
    d.phase = 'open' AND COALESCE(d.due_at <= c.recorded_at, false) AS is_overdue,
    NULLIF(d.topic, '') AS topic,
    c.recorded_at AS as_of,
    k.position AS log_position,
    g.projector_version
FROM demands AS d
JOIN clock AS c
    ON c.tenant_id = d.tenant_id
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = d.tenant_id
    AND k.generation = g.generation
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND NOT d.withdrawn
    AND (
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL
        OR (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
            AND d.kind <> 'report'
            AND d.against <> (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            )
            AND NOT EXISTS (
                SELECT
                FROM organizations AS o
                WHERE o.tenant_id = d.tenant_id
                    AND o.code = (
                        SELECT l.organization
                        FROM access.logins AS l
                        WHERE l.login = current_user
                    )
                    AND d.against = ANY (o.path)
            )
        )
    )
    AND d.phase = 'open'
    AND d.is_urgent;

COMMENT ON VIEW review.urgent IS
    'Counts of those who spoke, not of those who think so. Open demands that are urgent, one row each: as whoever '
    'sent them said, by the tenant''s rules, or by a reviewer; exact and live. A reviewer of an organization sees '
    'the demands that it is responsible for, follows up, had escalated to it or was addressed by; none that speaks '
    'against it or one above it, and no reports.';
COMMENT ON COLUMN review.urgent.demand_id IS '<message>.<number>.';
COMMENT ON COLUMN review.urgent.kind IS 'NULL: nobody said.';
COMMENT ON COLUMN review.urgent.organization_code IS 'That it is addressed to; NULL: none.';
COMMENT ON COLUMN review.urgent.place IS 'As given; NULL: none.';
COMMENT ON COLUMN review.urgent.responsible_code IS 'Must act and reply; NULL: nobody.';
COMMENT ON COLUMN review.urgent.steward_code IS 'Stands for the group; NULL: nobody.';
COMMENT ON COLUMN review.urgent.escalated_to IS 'Sees it too; NULL: it was not escalated.';
COMMENT ON COLUMN review.urgent.claimed_by IS 'The reviewer who has it in hand; NULL: none.';
COMMENT ON COLUMN review.urgent.due_at IS 'By when the present answer is due; NULL: no rule says so.';
COMMENT ON COLUMN review.urgent.is_overdue IS 'true: open, and its answer was due by as_of.';
COMMENT ON COLUMN review.urgent.topic IS 'The topic that holds it now; NULL: none.';
COMMENT ON COLUMN review.urgent.as_of IS
    'When the last event was recorded that these numbers follow; what is overdue is told by it, not by now.';
COMMENT ON COLUMN review.urgent.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.urgent.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.replies WITH (security_barrier) AS
SELECT
    d.message_id::text || '.' || d.demand AS demand_id,
    NULLIF(r.organization, '') AS organization_code,
    NULLIF(d.responsible, '') AS responsible_code,
    d.category AS category_code,
    r.is_substantive,
    r.replied_at,
    round((extract(epoch FROM r.replied_at - d.occurred_at) / 86400)::numeric, 2) AS days,
    CASE WHEN r.is_substantive THEN r.replied_at <= d.first_due_at END AS is_in_time,
    NULLIF(r.topic, '') AS answered_topic,
    r.position,
    k.position AS log_position,
    g.projector_version
FROM replies AS r
JOIN demands AS d
    ON d.tenant_id = r.tenant_id
    AND d.message_id = r.message_id
    AND d.demand = r.demand
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = d.tenant_id
    AND k.generation = g.generation
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND NOT d.withdrawn
    AND (
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL
        OR (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
            AND d.kind <> 'report'
            AND d.against <> (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            )
            AND NOT EXISTS (
                SELECT
                FROM organizations AS o
                WHERE o.tenant_id = d.tenant_id
                    AND o.code = (
                        SELECT l.organization
                        FROM access.logins AS l
                        WHERE l.login = current_user
                    )
                    AND d.against = ANY (o.path)
            )
        )
    );

COMMENT ON VIEW review.replies IS
    'Counts of those who spoke, not of those who think so. Every answer, one row each, also those that only '
    'acknowledge receipt; exact and live. No words: GET /v1/demands/{id} shows them to whoever may read them. A '
    'reviewer of an organization sees the demands that it is responsible for, follows up, had escalated to it or was '
    'addressed by; none that speaks against it or one above it, and no reports.';
COMMENT ON COLUMN review.replies.demand_id IS '<message>.<number>.';
COMMENT ON COLUMN review.replies.responsible_code IS 'Must act and reply; NULL: nobody.';
COMMENT ON COLUMN review.replies.organization_code IS 'Who answered; NULL: the tenant itself.';
COMMENT ON COLUMN review.replies.is_substantive IS 'false: it only acknowledges receipt.';
COMMENT ON COLUMN review.replies.replied_at IS 'When it was recorded, unless it was given elsewhere before.';
COMMENT ON COLUMN review.replies.days IS 'From when the demand occurred.';
COMMENT ON COLUMN review.replies.is_in_time IS
    'Whether it was there when the first answer was due; NULL: no rule said when, or it only acknowledges receipt.';
COMMENT ON COLUMN review.replies.answered_topic IS 'The topic that was answered as a whole; NULL: this demand alone.';
COMMENT ON COLUMN review.replies.position IS 'Of its event.';
COMMENT ON COLUMN review.replies.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.replies.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.reply_times WITH (security_barrier) AS
SELECT
    CASE WHEN GROUPING(d.responsible) = 1 THEN 'all' ELSE 'responsible' END AS grain,
    NULLIF(d.responsible, '') AS responsible_code,
    count(t.days)::integer AS answered,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY t.days))::numeric, 2) AS median_days,
    round((percentile_cont(0.9) WITHIN GROUP (ORDER BY t.days))::numeric, 2) AS days_90,
    round((count(*) FILTER (WHERE t.days <= 15))::numeric / NULLIF(count(t.days), 0), 4) AS share_15,
    round((count(*) FILTER (WHERE t.days <= 30))::numeric / NULLIF(count(t.days), 0), 4) AS share_30,
    count(t.days_to_acknowledge)::integer AS acknowledged,
    round((percentile_cont(0.5) WITHIN GROUP (ORDER BY t.days_to_acknowledge))::numeric, 2) AS median_days_to_acknowledge,
    k.position AS log_position,
    g.projector_version
FROM demands AS d
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = d.tenant_id
    AND k.generation = g.generation
CROSS JOIN LATERAL (
    SELECT
        (extract(epoch FROM d.first_replied_at - d.occurred_at) / 86400)::double precision AS days,
        (
            SELECT (extract(epoch FROM min(r.replied_at) - d.occurred_at) / 86400)::double precision
            FROM replies AS r
            WHERE r.tenant_id = d.tenant_id
                AND r.message_id = d.message_id
                AND r.demand = d.demand
                AND NOT r.is_substantive
        ) AS days_to_acknowledge
) AS t
WHERE d.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    )
    AND NOT d.withdrawn
    AND (
        (
            SELECT l.organization
            FROM access.logins AS l
            WHERE l.login = current_user
        ) IS NULL
        OR (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
            AND d.kind <> 'report'
            AND d.against <> (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            )
            AND NOT EXISTS (
                SELECT
                FROM organizations AS o
                WHERE o.tenant_id = d.tenant_id
                    AND o.code = (
                        SELECT l.organization
                        FROM access.logins AS l
                        WHERE l.login = current_user
                    )
                    AND d.against = ANY (o.path)
            )
        )
    )
    AND d.replies + d.acknowledgements > 0
GROUP BY GROUPING SETS ((d.responsible, k.position, g.projector_version), (k.position, g.projector_version));

COMMENT ON VIEW review.reply_times IS
    'Counts of those who spoke, not of those who think so. How long answers take, from when the demand occurred to '
    'its first answer with substance, by who is responsible now, and for all; exact and live. What only acknowledges '
    'receipt is counted apart. Demands without any answer are in no figure here: see review.response_rates beside '
    'it. A reviewer of an organization sees the demands that it is responsible for, follows up, had escalated to it '
    'or was addressed by; none that speaks against it or one above it, and no reports.';
COMMENT ON COLUMN review.reply_times.responsible_code IS 'Must act and reply; NULL: nobody.';
COMMENT ON COLUMN review.reply_times.grain IS 'responsible; all: every demand together.';
COMMENT ON COLUMN review.reply_times.answered IS 'Demands with an answer with substance.';
COMMENT ON COLUMN review.reply_times.median_days IS 'Of these, by percentile_cont; NULL: there are none.';
COMMENT ON COLUMN review.reply_times.days_90 IS '90th percentile, by percentile_cont.';
COMMENT ON COLUMN review.reply_times.share_15 IS 'Share of the answered within 15 days.';
COMMENT ON COLUMN review.reply_times.share_30 IS 'Share of the answered within 30 days.';
COMMENT ON COLUMN review.reply_times.acknowledged IS 'Demands of which receipt was acknowledged, answered or not.';
COMMENT ON COLUMN review.reply_times.median_days_to_acknowledge IS 'Of these, to the first one.';
COMMENT ON COLUMN review.reply_times.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.reply_times.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.response_rates WITH (security_barrier) AS
SELECT
    q.grain,
    q.month,
    NULLIF(q.responsible, '') AS responsible_code,
    q.category AS category_code,
    NULLIF(q.kind, '') AS kind,
    q.due,
    q.in_time,
    q.late,
    q.unanswered,
    q.refused,
    q.duplicates,
    q.reopened,
    w.rate AS rate,
    w.low AS rate_low,
    w.high AS rate_high,
    q.as_of,
    q.log_position,
    q.projector_version
FROM (
    SELECT
        d.tenant_id,
        (ARRAY[
            'month, responsible and category', 'month and kind', 'month and responsible', 'month', 'responsible', 'all'
        ])[
            CASE GROUPING(m.month, d.responsible, d.category, d.kind)
                WHEN 1 THEN 1 WHEN 6 THEN 2 WHEN 3 THEN 3 WHEN 7 THEN 4 WHEN 11 THEN 5 ELSE 6
            END
        ] AS grain,
        m.month,
        d.responsible,
        d.category,
        d.kind,
        count(*)::integer AS due,
        (count(*) FILTER (WHERE d.first_replied_at <= d.first_due_at))::integer AS in_time,
        (count(*) FILTER (WHERE d.first_replied_at > d.first_due_at))::integer AS late,
        (count(*) FILTER (WHERE d.first_replied_at IS NULL))::integer AS unanswered,
        (count(*) FILTER (WHERE d.state = 'refused'))::integer AS refused,
        (count(*) FILTER (WHERE d.state = 'duplicate'))::integer AS duplicates,
        (count(*) FILTER (WHERE d.reopenings > 0))::integer AS reopened,
        c.recorded_at AS as_of,
        k.position AS log_position,
        g.projector_version
    FROM demands AS d
    JOIN clock AS c
        ON c.tenant_id = d.tenant_id
    JOIN projections.generations AS g
        ON g.projector = 'handling'
        AND g.state = 'live'
    JOIN projections.checkpoints AS k
        ON k.tenant_id = d.tenant_id
        AND k.generation = g.generation
    JOIN log.tenants AS t
        ON t.tenant_id = d.tenant_id
    CROSS JOIN LATERAL (
        SELECT date_trunc('month', d.first_due_at AT TIME ZONE t.time_zone)::date AS month
    ) AS m
    WHERE d.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.audience = 'reviewer'
        )
        AND NOT d.withdrawn
        AND (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IS NULL
            OR (
                (
                    SELECT l.organization
                    FROM access.logins AS l
                    WHERE l.login = current_user
                ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
                AND d.kind <> 'report'
                AND d.against <> (
                    SELECT l.organization
                    FROM access.logins AS l
                    WHERE l.login = current_user
                )
                AND NOT EXISTS (
                    SELECT
                    FROM organizations AS o
                    WHERE o.tenant_id = d.tenant_id
                        AND o.code = (
                            SELECT l.organization
                            FROM access.logins AS l
                            WHERE l.login = current_user
                        )
                        AND d.against = ANY (o.path)
                )
            )
        )
        AND d.first_due_at <= c.recorded_at
    GROUP BY
        d.tenant_id, c.recorded_at, k.position, g.projector_version,
        GROUPING SETS (
            (m.month, d.responsible, d.category), (m.month, d.kind), (m.month, d.responsible), (m.month), (d.responsible), ()
        )
) AS q
JOIN log.tenants AS z
    ON z.tenant_id = q.tenant_id
LEFT JOIN LATERAL (
    SELECT
        round(p.share::numeric, 4) AS rate,
        round(greatest(0, (p.share + 1.9207294103470618 / p.n - p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS low,
        round(least(1, (p.share + 1.9207294103470618 / p.n + p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS high
    FROM (
        SELECT
            f.hits / f.n AS share,
            f.n,
            1.959963984540054 * sqrt(greatest(0, f.hits / f.n * (1 - f.hits / f.n) / f.n + 0.9603647051735309 / f.n ^ 2))
                AS spread
        FROM (
            SELECT q.in_time::double precision AS hits, NULLIF(q.due, 0)::double precision AS n
        ) AS f
        WHERE f.n >= z.k
            AND f.hits IS NOT NULL
    ) AS p
) AS w
    ON true;

COMMENT ON VIEW review.response_rates IS
    'Counts of those who spoke, not of those who think so. How many demands had an answer with substance when it was '
    'due, of all whose answer was due by as_of: refused ones and duplicates too, which count as unanswered unless '
    'they were answered; exact and live. The first due date holds, also for demands that were reopened since. Each '
    'grain counts all demands anew: choose one. A reviewer of an organization sees the demands that it is '
    'responsible for, follows up, had escalated to it or was addressed by; none that speaks against it or one above '
    'it, and no reports.';
COMMENT ON COLUMN review.response_rates.grain IS 'What the row tells apart; columns that it does not are NULL.';
COMMENT ON COLUMN review.response_rates.month IS 'In which the answer was due, in the tenant''s time zone.';
COMMENT ON COLUMN review.response_rates.responsible_code IS 'Who is responsible now; NULL: nobody, or another grain.';
COMMENT ON COLUMN review.response_rates.kind IS 'NULL: nobody said, or another grain.';
COMMENT ON COLUMN review.response_rates.due IS 'Demands whose answer was due by as_of.';
COMMENT ON COLUMN review.response_rates.late IS 'Answered with substance after it was due.';
COMMENT ON COLUMN review.response_rates.unanswered IS 'Without an answer with substance.';
COMMENT ON COLUMN review.response_rates.refused IS 'Of due: refused, answered or not.';
COMMENT ON COLUMN review.response_rates.duplicates IS 'Of due: another demand stands for it, answered or not.';
COMMENT ON COLUMN review.response_rates.reopened IS 'Of due: opened again since.';
COMMENT ON COLUMN review.response_rates.rate IS 'in_time of due; NULL: fewer than k are due.';
COMMENT ON COLUMN review.response_rates.rate_low IS '95 % Wilson interval; NULL: as rate.';
COMMENT ON COLUMN review.response_rates.rate_high IS '95 % Wilson interval; NULL: as rate.';
COMMENT ON COLUMN review.response_rates.as_of IS
    'When the last event was recorded that these numbers follow; what is overdue is told by it, not by now.';
COMMENT ON COLUMN review.response_rates.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.response_rates.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.satisfaction WITH (security_barrier) AS
SELECT
    q.grain,
    q.month,
    NULLIF(q.responsible, '') AS responsible_code,
    q.judged,
    q.said_solved,
    q.solved,
    w.rate AS solved_rate,
    w.low AS solved_rate_low,
    w.high AS solved_rate_high,
    q.said_satisfied,
    q.satisfied,
    v.rate AS satisfied_rate,
    v.low AS satisfied_rate_low,
    v.high AS satisfied_rate_high,
    q.answered,
    q.answered_and_judged,
    round(q.answered_and_judged::numeric / NULLIF(q.answered, 0), 4) AS judged_share,
    q.log_position,
    q.projector_version
FROM (
    SELECT
        d.tenant_id,
        (ARRAY['month and responsible', 'month', 'responsible', 'all'])[GROUPING(m.month, d.responsible) + 1] AS grain,
        m.month,
        d.responsible,
        (count(*) FILTER (WHERE m.is_judgement))::integer AS judged,
        (count(d.is_solved) FILTER (WHERE m.is_judgement))::integer AS said_solved,
        (count(*) FILTER (WHERE m.is_judgement AND d.is_solved))::integer AS solved,
        (count(d.is_satisfied) FILTER (WHERE m.is_judgement))::integer AS said_satisfied,
        (count(*) FILTER (WHERE m.is_judgement AND d.is_satisfied))::integer AS satisfied,
        (count(*) FILTER (WHERE NOT m.is_judgement))::integer AS answered,
        (count(*) FILTER (WHERE NOT m.is_judgement AND d.is_judged))::integer AS answered_and_judged,
        k.position AS log_position,
        g.projector_version
    FROM demands AS d
    JOIN projections.generations AS g
        ON g.projector = 'handling'
        AND g.state = 'live'
    JOIN projections.checkpoints AS k
        ON k.tenant_id = d.tenant_id
        AND k.generation = g.generation
    JOIN log.tenants AS t
        ON t.tenant_id = d.tenant_id
    CROSS JOIN LATERAL (
        SELECT date_trunc('month', e.at AT TIME ZONE t.time_zone)::date AS month, e.is_judgement
        FROM (VALUES (d.judged_at, true), (d.last_replied_at, false)) AS e (at, is_judgement)
        WHERE e.at IS NOT NULL
    ) AS m
    WHERE d.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.audience = 'reviewer'
        )
        AND NOT d.withdrawn
        AND (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IS NULL
            OR (
                (
                    SELECT l.organization
                    FROM access.logins AS l
                    WHERE l.login = current_user
                ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
                AND d.kind <> 'report'
                AND d.against <> (
                    SELECT l.organization
                    FROM access.logins AS l
                    WHERE l.login = current_user
                )
                AND NOT EXISTS (
                    SELECT
                    FROM organizations AS o
                    WHERE o.tenant_id = d.tenant_id
                        AND o.code = (
                            SELECT l.organization
                            FROM access.logins AS l
                            WHERE l.login = current_user
                        )
                        AND d.against = ANY (o.path)
                )
            )
        )
    GROUP BY
        d.tenant_id, k.position, g.projector_version,
        GROUPING SETS ((m.month, d.responsible), (m.month), (d.responsible), ())
) AS q
JOIN log.tenants AS z
    ON z.tenant_id = q.tenant_id
LEFT JOIN LATERAL (
    SELECT
        round(p.share::numeric, 4) AS rate,
        round(greatest(0, (p.share + 1.9207294103470618 / p.n - p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS low,
        round(least(1, (p.share + 1.9207294103470618 / p.n + p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS high
    FROM (
        SELECT
            f.hits / f.n AS share,
            f.n,
            1.959963984540054 * sqrt(greatest(0, f.hits / f.n * (1 - f.hits / f.n) / f.n + 0.9603647051735309 / f.n ^ 2))
                AS spread
        FROM (
            SELECT q.solved::double precision AS hits, NULLIF(q.said_solved, 0)::double precision AS n
        ) AS f
        WHERE f.n >= z.k
            AND f.hits IS NOT NULL
    ) AS p
) AS w
    ON true
LEFT JOIN LATERAL (
    SELECT
        round(p.share::numeric, 4) AS rate,
        round(greatest(0, (p.share + 1.9207294103470618 / p.n - p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS low,
        round(least(1, (p.share + 1.9207294103470618 / p.n + p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS high
    FROM (
        SELECT
            f.hits / f.n AS share,
            f.n,
            1.959963984540054 * sqrt(greatest(0, f.hits / f.n * (1 - f.hits / f.n) / f.n + 0.9603647051735309 / f.n ^ 2))
                AS spread
        FROM (
            SELECT q.satisfied::double precision AS hits, NULLIF(q.said_satisfied, 0)::double precision AS n
        ) AS f
        WHERE f.n >= z.k
            AND f.hits IS NOT NULL
    ) AS p
) AS v
    ON true;

COMMENT ON VIEW review.satisfaction IS
    'Counts of those who spoke, not of those who think so. What those who spoke say of the answers, by the month in '
    'which they said it: solved and satisfied, each of those who said that; beside it which share of the demands '
    'that were answered in that month was judged at all (by now). Judgements that were made up to try the system are '
    'in no figure, and a reopening takes a judgement back; exact and live. Each grain counts all anew: choose one. A '
    'reviewer of an organization sees the demands that it is responsible for, follows up, had escalated to it or was '
    'addressed by; none that speaks against it or one above it, and no reports.';
COMMENT ON COLUMN review.satisfaction.grain IS 'What the row tells apart; columns that it does not are NULL.';
COMMENT ON COLUMN review.satisfaction.month IS
    'Of the judgement, and of the last answer for answered; in the tenant''s time zone.';
COMMENT ON COLUMN review.satisfaction.responsible_code IS 'Who is responsible now; NULL: nobody, or another grain.';
COMMENT ON COLUMN review.satisfaction.judged IS 'Demands of which who spoke judged the answer that stands, in that month.';
COMMENT ON COLUMN review.satisfaction.said_solved IS 'Of judged: who said whether it is solved.';
COMMENT ON COLUMN review.satisfaction.solved IS 'Of said_solved: it is.';
COMMENT ON COLUMN review.satisfaction.solved_rate IS 'solved of said_solved; NULL: fewer than k said so.';
COMMENT ON COLUMN review.satisfaction.solved_rate_low IS '95 % Wilson interval; NULL: as solved_rate.';
COMMENT ON COLUMN review.satisfaction.solved_rate_high IS '95 % Wilson interval; NULL: as solved_rate.';
COMMENT ON COLUMN review.satisfaction.said_satisfied IS 'Of judged: who said whether they are satisfied.';
COMMENT ON COLUMN review.satisfaction.satisfied IS 'Of said_satisfied: they are.';
COMMENT ON COLUMN review.satisfaction.satisfied_rate IS 'satisfied of said_satisfied; NULL: fewer than k said so.';
COMMENT ON COLUMN review.satisfaction.satisfied_rate_low IS '95 % Wilson interval; NULL: as satisfied_rate.';
COMMENT ON COLUMN review.satisfaction.satisfied_rate_high IS '95 % Wilson interval; NULL: as satisfied_rate.';
COMMENT ON COLUMN review.satisfaction.answered IS 'Demands whose last answer with substance is of that month.';
COMMENT ON COLUMN review.satisfaction.answered_and_judged IS 'Of answered: judged, whenever.';
COMMENT ON COLUMN review.satisfaction.judged_share IS
    'answered_and_judged of answered: how far the rates speak for all. NULL: nothing was answered.';
COMMENT ON COLUMN review.satisfaction.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.satisfaction.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.channel_mix WITH (security_barrier) AS
SELECT
    CASE WHEN GROUPING(m.channel) = 1 THEN 'month' ELSE 'month and channel' END AS grain,
    x.month,
    m.channel AS channel_code,
    count(*)::integer AS messages,
    sum(x.demands)::integer AS demands,
    count(DISTINCT m.person)::integer AS people,
    (count(*) FILTER (WHERE m.person IS NULL))::integer AS messages_unidentified,
    k.position AS log_position,
    g.projector_version
FROM messages AS m
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = m.tenant_id
    AND k.generation = g.generation
JOIN log.tenants AS t
    ON t.tenant_id = m.tenant_id
CROSS JOIN LATERAL (
    SELECT
        date_trunc('month', m.received_at AT TIME ZONE t.time_zone)::date AS month,
        (
            SELECT count(*)
            FROM demands AS d
            WHERE d.tenant_id = m.tenant_id
                AND d.message_id = m.message_id
                AND NOT d.withdrawn
        ) AS demands
) AS x
WHERE m.tenant_id = (
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
    AND NOT m.withdrawn
GROUP BY k.position, g.projector_version, GROUPING SETS ((x.month, m.channel), (x.month));

COMMENT ON VIEW review.channel_mix IS
    'Counts of those who spoke, not of those who think so. By which way messages came in, by month; exact and live. '
    'people are distinct within their row and must not be summed: the grain month counts them anew. A reviewer of an '
    'organization sees the messages that are addressed to it.';
COMMENT ON COLUMN review.channel_mix.grain IS 'month and channel; month: all channels together.';
COMMENT ON COLUMN review.channel_mix.month IS 'In which the message was recorded, in the tenant''s time zone.';
COMMENT ON COLUMN review.channel_mix.channel_code IS 'NULL: all channels together.';
COMMENT ON COLUMN review.channel_mix.messages IS 'Feedback and responses, also those that voice no demand.';
COMMENT ON COLUMN review.channel_mix.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN review.channel_mix.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.channel_mix.projector_version IS 'Same position and version: same numbers.';

CREATE OR REPLACE VIEW review.expression_funnel WITH (security_barrier) AS
SELECT
    s.road,
    s.step,
    s.stage,
    COALESCE(n.demands, 0)::integer AS demands,
    (sum(COALESCE(n.demands, 0)) OVER (PARTITION BY s.road ORDER BY s.step DESC))::integer AS reached,
    round(
        sum(COALESCE(n.demands, 0)) OVER (PARTITION BY s.road ORDER BY s.step DESC)
        / NULLIF(sum(COALESCE(n.demands, 0)) OVER (PARTITION BY s.road), 0), 4
    ) AS share,
    k.position AS log_position,
    g.projector_version
FROM clock AS c
JOIN projections.generations AS g
    ON g.projector = 'handling'
    AND g.state = 'live'
JOIN projections.checkpoints AS k
    ON k.tenant_id = c.tenant_id
    AND k.generation = g.generation
CROSS JOIN (
    VALUES
        ('collective', 1, 'received'), ('collective', 2, 'gathered'), ('collective', 3, 'in_brief'),
        ('collective', 4, 'delivered'), ('collective', 5, 'decided'),
        ('direct', 1, 'received'), ('direct', 2, 'routed'), ('direct', 3, 'answered'), ('direct', 4, 'solved')
) AS s (road, step, stage)
LEFT JOIN LATERAL (
    SELECT v.road, v.step, count(*) AS demands
    FROM demands AS d
    CROSS JOIN LATERAL (
        VALUES
            (
                'collective',
                COALESCE(
                    (
                        SELECT max(b.stage) + 2
                        FROM brief_topics AS b
                        WHERE b.tenant_id = d.tenant_id
                            AND b.present = d.topic
                    ),
                    CASE
                        WHEN EXISTS (
                            SELECT
                            FROM demands AS e
                            WHERE e.tenant_id = d.tenant_id
                                AND e.topic <> ''
                                AND e.topic = d.topic
                                AND NOT e.withdrawn
                                AND e.opened_position <> d.opened_position
                        ) THEN 2
                        ELSE 1
                    END
                )
            ),
            (
                'direct',
                CASE
                    WHEN d.is_judged AND d.is_solved THEN 4
                    WHEN d.replies > 0 AND d.phase <> 'open' THEN 3
                    WHEN d.responsible <> '' THEN 2
                    ELSE 1
                END
            )
    ) AS v (road, step)
    WHERE d.tenant_id = c.tenant_id
        AND NOT d.withdrawn
        AND (
            (
                SELECT l.organization
                FROM access.logins AS l
                WHERE l.login = current_user
            ) IS NULL
            OR (
                (
                    SELECT l.organization
                    FROM access.logins AS l
                    WHERE l.login = current_user
                ) IN (d.responsible, d.steward, d.escalated_to, d.organization)
                AND d.kind <> 'report'
                AND d.against <> (
                    SELECT l.organization
                    FROM access.logins AS l
                    WHERE l.login = current_user
                )
                AND NOT EXISTS (
                    SELECT
                    FROM organizations AS o
                    WHERE o.tenant_id = d.tenant_id
                        AND o.code = (
                            SELECT l.organization
                            FROM access.logins AS l
                            WHERE l.login = current_user
                        )
                        AND d.against = ANY (o.path)
                )
            )
        )
    GROUP BY v.road, v.step
) AS n
    ON n.road = s.road
    AND n.step = s.step
WHERE c.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.audience = 'reviewer'
    );

COMMENT ON VIEW review.expression_funnel IS
    'Counts of those who spoke, not of those who think so. How far demands come, on two roads of which each counts '
    'every demand once: gathered with others and brought to whoever decides (collective), and sent to who must '
    'answer (direct). Exact and live. A reviewer of an organization sees the demands that it is responsible for, '
    'follows up, had escalated to it or was addressed by; none that speaks against it or one above it, and no '
    'reports.';
COMMENT ON COLUMN review.expression_funnel.road IS 'collective, direct; do not sum the two.';
COMMENT ON COLUMN review.expression_funnel.step IS 'Place of the stage on its road, from 1.';
COMMENT ON COLUMN review.expression_funnel.stage IS
    'collective: received, gathered (its topic has another demand), in_brief, delivered, decided; direct: received, '
    'routed, answered (and not open again), solved (as who spoke says).';
COMMENT ON COLUMN review.expression_funnel.demands IS 'That came so far and no further.';
COMMENT ON COLUMN review.expression_funnel.reached IS 'That came so far or further.';
COMMENT ON COLUMN review.expression_funnel.share IS 'reached of all.';
COMMENT ON COLUMN review.expression_funnel.log_position IS 'The last event that these numbers contain.';
COMMENT ON COLUMN review.expression_funnel.projector_version IS 'Same position and version: same numbers.';

-- The last release, for analysts. Each month is a publication of its own, so that pools never join two months; within it the
-- path is who is responsible and what came of it.
-- An outcome is told where its cell is shown, or where nothing is withheld that could hold it. A rate needs in_time, and all of
-- its denominator: nothing of that may lie in the month's rest.
CREATE OR REPLACE VIEW aggregates.response_rates WITH (security_barrier) AS
SELECT
    q.grain,
    (q.month || '-01')::date AS month,
    NULLIF(q.responsible, '-') AS responsible_code,
    q.is_complete,
    m.is_over,
    q.demands,
    q.in_time,
    q.late,
    q.unanswered,
    w.rate AS rate,
    w.low AS rate_low,
    w.high AS rate_high,
    q.release,
    q.release_position,
    q.released_at,
    q.k,
    q.projector_version
FROM (
    SELECT
        CASE WHEN GROUPING(x.is_rest) = 1 THEN 'month' ELSE 'month and responsible' END AS grain,
        x.what,
        x.month,
        x.responsible,
        COALESCE(x.is_rest, false) AS is_rest,
        sum(x.demands)::integer AS demands,
        CASE WHEN bool_and(x.in_time IS NOT NULL) THEN sum(x.in_time)::integer END AS in_time,
        CASE WHEN bool_and(x.late IS NOT NULL) THEN sum(x.late)::integer END AS late,
        CASE WHEN bool_and(x.unanswered IS NOT NULL) THEN sum(x.unanswered)::integer END AS unanswered,
        GROUPING(x.is_rest) = 1 OR NOT bool_or(x.has_rest) AS is_complete,
        x.release,
        x.release_position,
        x.released_at,
        x.k,
        x.time_zone,
        x.projector_version
    FROM (
        SELECT
            p.what,
            p.month,
            p.responsible,
            p.is_rest,
            p.has_rest,
            p.demands,
            CASE
                WHEN p.is_rest THEN NULL
                WHEN p.in_time IS NULL AND NOT p.is_pooled AND NOT p.has_rest THEN 0
                ELSE p.in_time
            END AS in_time,
            CASE
                WHEN p.is_rest THEN NULL
                WHEN p.late IS NULL AND NOT p.is_pooled AND NOT p.has_rest THEN 0
                ELSE p.late
            END AS late,
            CASE
                WHEN p.is_rest THEN NULL
                WHEN p.unanswered IS NULL AND NOT p.is_pooled AND NOT p.has_rest THEN 0
                ELSE p.unanswered
            END AS unanswered,
            p.release,
            p.release_position,
            p.released_at,
            p.k,
            p.time_zone,
            p.projector_version
        FROM (
            SELECT
                split_part(p.publication, ' ', 1) AS what,
                split_part(p.publication, ' ', 2) AS month,
                p.path[1] AS responsible,
                cardinality(p.path) = 0 AS is_rest,
                bool_or(bool_or(cardinality(p.path) = 0)) OVER (PARTITION BY p.publication) AS has_rest,
                bool_or(p.is_withheld) AS is_pooled,
                sum(p.demands) AS demands,
                (sum(p.demands) FILTER (WHERE p.path[2] = 'in_time' AND NOT p.is_withheld))::integer AS in_time,
                (sum(p.demands) FILTER (WHERE p.path[2] = 'late' AND NOT p.is_withheld))::integer AS late,
                (sum(p.demands) FILTER (WHERE p.path[2] = 'unanswered' AND NOT p.is_withheld))::integer AS unanswered,
                r.release,
                r.position AS release_position,
                r.released_at,
                r.k,
                t.time_zone,
                g.projector_version
            FROM published_rows AS p
            JOIN publications AS r
                ON r.tenant_id = p.tenant_id
                AND r.publication = p.publication
            JOIN log.tenants AS t
                ON t.tenant_id = p.tenant_id
            JOIN projections.generations AS g
                ON g.projector = 'handling'
                AND g.state = 'live'
            WHERE p.tenant_id = (
                    SELECT l.tenant_id
                    FROM access.logins AS l
                    WHERE l.login = current_user
                        AND l.organization IS NULL
                )
                AND p.publication ~ '^(due) '
            GROUP BY
                p.publication, p.path[1], cardinality(p.path) = 0, r.release, r.position, r.released_at, r.k, t.time_zone,
                g.projector_version
        ) AS p
    ) AS x
    GROUP BY
        x.what, x.month, x.release, x.release_position, x.released_at, x.k, x.time_zone, x.projector_version,
        GROUPING SETS ((x.responsible, x.is_rest), ())
) AS q
CROSS JOIN LATERAL (
    SELECT ((q.month || '-01')::date + interval '1 month') AT TIME ZONE q.time_zone <= q.released_at AS is_over
) AS m
LEFT JOIN LATERAL (
    SELECT
        round(p.share::numeric, 4) AS rate,
        round(greatest(0, (p.share + 1.9207294103470618 / p.n - p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS low,
        round(least(1, (p.share + 1.9207294103470618 / p.n + p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS high
    FROM (
        SELECT
            f.hits / f.n AS share,
            f.n,
            1.959963984540054 * sqrt(greatest(0, f.hits / f.n * (1 - f.hits / f.n) / f.n + 0.9603647051735309 / f.n ^ 2))
                AS spread
        FROM (
            SELECT q.in_time::double precision AS hits, NULLIF(q.demands, 0)::double precision AS n
        ) AS f
        WHERE f.n >= q.k
            AND f.hits IS NOT NULL
            AND m.is_over
            AND q.is_complete
    ) AS p
) AS w
    ON true
WHERE NOT q.is_rest;

COMMENT ON VIEW aggregates.response_rates IS
    'Counts of those who spoke, not of those who think so. How many demands had an answer with substance when it was '
    'due, by month and by who is responsible, as of the last release: of all that were due then, refused ones and '
    'duplicates too. No figure stands on fewer than k people: one that would is NULL, and so is its rate, while '
    'demands counts all. The rate is there once the month is over. The grains count the same demands: choose one.';
COMMENT ON COLUMN aggregates.response_rates.grain IS 'month and responsible; month: everybody together.';
COMMENT ON COLUMN aggregates.response_rates.month IS 'In which the first answer was due, in the tenant''s time zone.';
COMMENT ON COLUMN aggregates.response_rates.responsible_code IS 'Who is responsible; NULL: nobody, or everybody together.';
COMMENT ON COLUMN aggregates.response_rates.is_complete IS
    'false: some of its demands may be told by the month alone, so demands may be too few, and there is no rate.';
COMMENT ON COLUMN aggregates.response_rates.is_over IS
    'Whether the month was over at the release: until then unanswered are also those that are not due yet.';
COMMENT ON COLUMN aggregates.response_rates.demands IS 'All whose first answer was due in that month.';
COMMENT ON COLUMN aggregates.response_rates.in_time IS 'NULL: withheld, at least in part.';
COMMENT ON COLUMN aggregates.response_rates.late IS 'As in_time.';
COMMENT ON COLUMN aggregates.response_rates.unanswered IS 'As in_time.';
COMMENT ON COLUMN aggregates.response_rates.rate IS
    'in_time of demands; NULL: something of it is withheld, the month is not over, or fewer than k were due.';
COMMENT ON COLUMN aggregates.response_rates.rate_low IS '95 % Wilson interval; NULL: as rate.';
COMMENT ON COLUMN aggregates.response_rates.rate_high IS '95 % Wilson interval; NULL: as rate.';
COMMENT ON COLUMN aggregates.response_rates.release IS 'Same release, projector_version and k: same numbers.';
COMMENT ON COLUMN aggregates.response_rates.release_position IS 'The release covers exactly the events before it.';

CREATE OR REPLACE VIEW aggregates.satisfaction WITH (security_barrier) AS
SELECT
    q.grain,
    q.what,
    (q.month || '-01')::date AS month,
    NULLIF(q.responsible, '-') AS responsible_code,
    q.is_complete,
    q.demands,
    q.yes,
    q.no,
    q.not_said,
    w.rate AS rate,
    w.low AS rate_low,
    w.high AS rate_high,
    q.release,
    q.release_position,
    q.released_at,
    q.k,
    q.projector_version
FROM (
    SELECT
        CASE WHEN GROUPING(x.is_rest) = 1 THEN 'month' ELSE 'month and responsible' END AS grain,
        x.what,
        x.month,
        x.responsible,
        COALESCE(x.is_rest, false) AS is_rest,
        sum(x.demands)::integer AS demands,
        CASE WHEN bool_and(x.yes IS NOT NULL) THEN sum(x.yes)::integer END AS yes,
        CASE WHEN bool_and(x.no IS NOT NULL) THEN sum(x.no)::integer END AS no,
        CASE WHEN bool_and(x.not_said IS NOT NULL) THEN sum(x.not_said)::integer END AS not_said,
        GROUPING(x.is_rest) = 1 OR NOT bool_or(x.has_rest) AS is_complete,
        x.release,
        x.release_position,
        x.released_at,
        x.k,
        x.time_zone,
        x.projector_version
    FROM (
        SELECT
            p.what,
            p.month,
            p.responsible,
            p.is_rest,
            p.has_rest,
            p.demands,
            CASE
                WHEN p.is_rest THEN NULL
                WHEN p.yes IS NULL AND NOT p.is_pooled AND NOT p.has_rest THEN 0
                ELSE p.yes
            END AS yes,
            CASE
                WHEN p.is_rest THEN NULL
                WHEN p.no IS NULL AND NOT p.is_pooled AND NOT p.has_rest THEN 0
                ELSE p.no
            END AS no,
            CASE
                WHEN p.is_rest THEN NULL
                WHEN p.not_said IS NULL AND NOT p.is_pooled AND NOT p.has_rest THEN 0
                ELSE p.not_said
            END AS not_said,
            p.release,
            p.release_position,
            p.released_at,
            p.k,
            p.time_zone,
            p.projector_version
        FROM (
            SELECT
                split_part(p.publication, ' ', 1) AS what,
                split_part(p.publication, ' ', 2) AS month,
                p.path[1] AS responsible,
                cardinality(p.path) = 0 AS is_rest,
                bool_or(bool_or(cardinality(p.path) = 0)) OVER (PARTITION BY p.publication) AS has_rest,
                bool_or(p.is_withheld) AS is_pooled,
                sum(p.demands) AS demands,
                (sum(p.demands) FILTER (WHERE p.path[2] IN ('yes', 'judged') AND NOT p.is_withheld))::integer AS yes,
                (sum(p.demands) FILTER (WHERE p.path[2] IN ('no', 'not_judged') AND NOT p.is_withheld))::integer AS no,
                (sum(p.demands) FILTER (WHERE p.path[2] = 'not_said' AND NOT p.is_withheld))::integer AS not_said,
                r.release,
                r.position AS release_position,
                r.released_at,
                r.k,
                t.time_zone,
                g.projector_version
            FROM published_rows AS p
            JOIN publications AS r
                ON r.tenant_id = p.tenant_id
                AND r.publication = p.publication
            JOIN log.tenants AS t
                ON t.tenant_id = p.tenant_id
            JOIN projections.generations AS g
                ON g.projector = 'handling'
                AND g.state = 'live'
            WHERE p.tenant_id = (
                    SELECT l.tenant_id
                    FROM access.logins AS l
                    WHERE l.login = current_user
                        AND l.organization IS NULL
                )
                AND p.publication ~ '^(solved|satisfied|answered) '
            GROUP BY
                p.publication, p.path[1], cardinality(p.path) = 0, r.release, r.position, r.released_at, r.k, t.time_zone,
                g.projector_version
        ) AS p
    ) AS x
    GROUP BY
        x.what, x.month, x.release, x.release_position, x.released_at, x.k, x.time_zone, x.projector_version,
        GROUPING SETS ((x.responsible, x.is_rest), ())
) AS q
LEFT JOIN LATERAL (
    SELECT
        round(p.share::numeric, 4) AS rate,
        round(greatest(0, (p.share + 1.9207294103470618 / p.n - p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS low,
        round(least(1, (p.share + 1.9207294103470618 / p.n + p.spread) / (1 + 3.8414588206941236 / p.n))::numeric, 4) AS high
    FROM (
        SELECT
            f.hits / f.n AS share,
            f.n,
            1.959963984540054 * sqrt(greatest(0, f.hits / f.n * (1 - f.hits / f.n) / f.n + 0.9603647051735309 / f.n ^ 2))
                AS spread
        FROM (
            SELECT q.yes::double precision AS hits, NULLIF((q.yes + q.no), 0)::double precision AS n
        ) AS f
        WHERE f.n >= q.k
            AND f.hits IS NOT NULL
            AND q.is_complete
    ) AS p
) AS w
    ON true
WHERE NOT q.is_rest;

COMMENT ON VIEW aggregates.satisfaction IS
    'Counts of those who spoke, not of those who think so. What those who spoke say of the answers, by month and by '
    'who is responsible, as of the last release: whether it is solved and whether they are satisfied, by the month '
    'in which they said it; and which of the answered demands were judged at all, by the month of the last answer '
    '(what = answered). No figure stands on fewer than k people: one that would is NULL, and so is its rate, while '
    'demands counts all. Judgements that were made up are in none. The grains count the same demands: choose one.';
COMMENT ON COLUMN aggregates.satisfaction.grain IS 'month and responsible; month: everybody together.';
COMMENT ON COLUMN aggregates.satisfaction.what IS
    'solved, satisfied: judged demands; answered: answered demands, of which yes says that they were judged.';
COMMENT ON COLUMN aggregates.satisfaction.month IS
    'Of the judgement, for answered of the last answer; in the tenant''s time zone.';
COMMENT ON COLUMN aggregates.satisfaction.responsible_code IS 'Who is responsible; NULL: nobody, or everybody together.';
COMMENT ON COLUMN aggregates.satisfaction.is_complete IS
    'false: some of its demands may be told by the month alone, so demands may be too few, and there is no rate.';
COMMENT ON COLUMN aggregates.satisfaction.demands IS 'All that were judged, or answered, in that month.';
COMMENT ON COLUMN aggregates.satisfaction.yes IS 'NULL: withheld, at least in part.';
COMMENT ON COLUMN aggregates.satisfaction.no IS 'As yes.';
COMMENT ON COLUMN aggregates.satisfaction.not_said IS 'Judged without a word on this; NULL: as yes.';
COMMENT ON COLUMN aggregates.satisfaction.rate IS
    'yes of yes and no; NULL: something of it is withheld, or fewer than k said so.';
COMMENT ON COLUMN aggregates.satisfaction.rate_low IS '95 % Wilson interval; NULL: as rate.';
COMMENT ON COLUMN aggregates.satisfaction.rate_high IS '95 % Wilson interval; NULL: as rate.';
COMMENT ON COLUMN aggregates.satisfaction.release IS 'Same release, projector_version and k: same numbers.';
COMMENT ON COLUMN aggregates.satisfaction.release_position IS 'The release covers exactly the events before it.';

CREATE OR REPLACE VIEW aggregates.channel_mix WITH (security_barrier) AS
SELECT
    (substr(p.publication, 9) || '-01')::date AS month,
    p.path[1] AS channel_code,
    p.is_withheld,
    CASE WHEN p.is_withheld THEN 'month' END AS withheld_below,
    p.messages,
    p.reported_support::integer AS demands,
    p.people,
    p.messages_unidentified,
    round(p.messages::numeric / sum(p.messages) OVER (PARTITION BY p.publication), 4) AS share,
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
    ON g.projector = 'handling'
    AND g.state = 'live'
WHERE p.tenant_id = (
        SELECT l.tenant_id
        FROM access.logins AS l
        WHERE l.login = current_user
            AND l.organization IS NULL
    )
    AND p.publication LIKE 'channel %';

COMMENT ON VIEW aggregates.channel_mix IS
    'Counts of those who spoke, not of those who think so. By which way messages came in, by month, as of the last '
    'release. No row stands on fewer than k people: smaller channels are pooled into a row with is_withheld = true, '
    'so that the sum over a month''s rows is the number of its messages; a month with fewer people is absent. people '
    'must not be summed.';
COMMENT ON COLUMN aggregates.channel_mix.month IS 'In which the message was recorded, in the tenant''s time zone.';
COMMENT ON COLUMN aggregates.channel_mix.channel_code IS 'NULL in a row that pools several.';
COMMENT ON COLUMN aggregates.channel_mix.withheld_below IS 'month: the row pools small channels of its month; NULL in a cell.';
COMMENT ON COLUMN aggregates.channel_mix.messages IS 'Feedback and responses, also those that voice no demand.';
COMMENT ON COLUMN aggregates.channel_mix.demands IS 'Of these messages.';
COMMENT ON COLUMN aggregates.channel_mix.people IS 'Distinct known persons within this row; must not be summed.';
COMMENT ON COLUMN aggregates.channel_mix.share IS 'Of the month''s messages.';
COMMENT ON COLUMN aggregates.channel_mix.release IS 'Same release, projector_version and k: same numbers.';
COMMENT ON COLUMN aggregates.channel_mix.release_position IS 'The release covers exactly the events before it.';

CREATE OR REPLACE VIEW aggregates.expression_funnel WITH (security_barrier) AS
SELECT
    q.road,
    q.step,
    q.stage,
    CASE WHEN q.is_withheld OR q.cell IS NOT NULL OR q.rest IS NULL THEN COALESCE(q.cell, 0) END AS demands,
    q.is_withheld,
    CASE
        WHEN q.is_withheld THEN NULL
        WHEN q.rest IS NULL OR q.all_from_here THEN q.from_here
        WHEN q.all_before THEN q.total - q.before
    END::integer AS reached,
    round(
        CASE
            WHEN q.is_withheld THEN NULL
            WHEN q.rest IS NULL OR q.all_from_here THEN q.from_here
            WHEN q.all_before THEN q.total - q.before
        END::numeric / q.total, 4
    ) AS share,
    q.release,
    q.release_position,
    q.released_at,
    q.k,
    q.projector_version
FROM (
    SELECT
        s.road,
        s.step,
        s.stage,
        s.stage IS NULL AS is_withheld,
        p.demands AS cell,
        max(p.demands) FILTER (WHERE s.stage IS NULL) OVER w AS rest,
        sum(p.demands) OVER w AS total,
        COALESCE(sum(p.demands) FILTER (WHERE s.stage IS NOT NULL) OVER (w ORDER BY s.step DESC), 0) AS from_here,
        bool_and(p.demands IS NOT NULL) FILTER (WHERE s.stage IS NOT NULL) OVER (w ORDER BY s.step DESC) AS all_from_here,
        COALESCE(
            sum(p.demands) OVER (w ORDER BY s.step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0
        ) AS before,
        COALESCE(
            bool_and(p.demands IS NOT NULL) OVER (w ORDER BY s.step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true
        ) AS all_before,
        r.release,
        r.position AS release_position,
        r.released_at,
        r.k,
        g.projector_version
    FROM publications AS r
    JOIN projections.generations AS g
        ON g.projector = 'handling'
        AND g.state = 'live'
    JOIN (
        VALUES
            ('collective', 1, 'received'), ('collective', 2, 'gathered'), ('collective', 3, 'in_brief'),
            ('collective', 4, 'delivered'), ('collective', 5, 'decided'), ('collective', 6, NULL),
            ('direct', 1, 'received'), ('direct', 2, 'routed'), ('direct', 3, 'answered'), ('direct', 4, 'solved'),
            ('direct', 5, NULL)
    ) AS s (road, step, stage)
        ON s.road = r.publication
    LEFT JOIN published_rows AS p
        ON p.tenant_id = r.tenant_id
        AND p.publication = r.publication
        AND p.path = CASE WHEN s.stage IS NULL THEN '{}' ELSE ARRAY[s.stage] END
        AND p.is_withheld = (s.stage IS NULL)
    WHERE r.tenant_id = (
            SELECT l.tenant_id
            FROM access.logins AS l
            WHERE l.login = current_user
                AND l.organization IS NULL
        )
    WINDOW w AS (PARTITION BY r.publication)
) AS q
WHERE NOT q.is_withheld
    OR q.cell IS NOT NULL;

COMMENT ON VIEW aggregates.expression_funnel IS
    'Counts of those who spoke, not of those who think so. How far demands come, as of the last release, on two '
    'roads of which each counts every demand once: gathered with others and brought to whoever decides (collective), '
    'and sent to who must answer (direct). No figure stands on fewer than k people: stages with fewer are NULL, and '
    'counted together in a row with is_withheld = true, so that the sum over a road''s rows is the number of all '
    'demands.';
COMMENT ON COLUMN aggregates.expression_funnel.road IS 'collective, direct; do not sum the two.';
COMMENT ON COLUMN aggregates.expression_funnel.step IS 'Place of the stage on its road, from 1.';
COMMENT ON COLUMN aggregates.expression_funnel.stage IS 'As in review.expression_funnel; NULL in the row that pools several.';
COMMENT ON COLUMN aggregates.expression_funnel.demands IS 'That came so far and no further; NULL: withheld.';
COMMENT ON COLUMN aggregates.expression_funnel.reached IS 'That came so far or further; NULL: withheld, at least in part.';
COMMENT ON COLUMN aggregates.expression_funnel.share IS 'reached of all.';
COMMENT ON COLUMN aggregates.expression_funnel.release IS 'Same release, projector_version and k: same numbers.';
COMMENT ON COLUMN aggregates.expression_funnel.release_position IS 'The release covers exactly the events before it.';
