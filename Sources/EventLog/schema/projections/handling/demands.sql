-- Writes demands as they stand, each with the topic that holds it now. $1 tenant; $2..$44 demands.
INSERT INTO demands AS d (
    tenant_id, message_id, demand, opened_position, changed_position, category, kind, organization, place,
    channel, groups, occurred_at, received_at, person, withdrawn, state, phase, responsible, steward,
    route_method, escalated_to, declined_by, against, is_urgent, due_at, first_due_at, claimed_by, replies,
    acknowledgements, first_replied_at, last_replied_at, closed_at, reopenings, is_solved, is_satisfied,
    is_judged, judged_at, judged_by, judged_synthetic, duplicate_of, link, rejoined, sets_place, sets_groups,
    topic
)
SELECT
    $1, n.message_id, n.demand, n.opened_position, n.changed_position, n.category, n.kind, n.organization,
    n.place, n.channel, string_to_array(n.groups, E'\x1f'), n.occurred_at, n.received_at, n.person, n.withdrawn,
    n.state, n.phase, n.responsible, n.steward, n.route_method, n.escalated_to,
    string_to_array(n.declined_by, E'\x1f'), n.against, n.is_urgent, n.due_at, n.first_due_at, n.claimed_by,
    n.replies, n.acknowledgements, n.first_replied_at, n.last_replied_at, n.closed_at, n.reopenings,
    n.is_solved, n.is_satisfied, n.is_judged, n.judged_at, n.judged_by, n.judged_synthetic, n.duplicate_of,
    n.link, n.rejoined, n.sets_place, n.sets_groups,
    CASE WHEN n.rejoined THEN '' ELSE COALESCE(s.present, v.topic, n.link) END
FROM unnest(
    $2::uuid[], $3::smallint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::timestamptz[], $13::timestamptz[], $14::uuid[], $15::boolean[], $16::text[],
    $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::boolean[],
    $25::timestamptz[], $26::timestamptz[], $27::text[], $28::integer[], $29::integer[], $30::timestamptz[],
    $31::timestamptz[], $32::timestamptz[], $33::integer[], $34::boolean[], $35::boolean[], $36::boolean[],
    $37::timestamptz[], $38::text[], $39::boolean[], $40::text[], $41::text[], $42::boolean[], $43::boolean[],
    $44::boolean[]
) AS n (
    message_id, demand, opened_position, changed_position, category, kind, organization, place, channel, groups,
    occurred_at, received_at, person, withdrawn, state, phase, responsible, steward, route_method, escalated_to,
    declined_by, against, is_urgent, due_at, first_due_at, claimed_by, replies, acknowledgements,
    first_replied_at, last_replied_at, closed_at, reopenings, is_solved, is_satisfied, is_judged, judged_at,
    judged_by, judged_synthetic, duplicate_of, link, rejoined, sets_place, sets_groups
)
LEFT JOIN moves AS v
    ON v.tenant_id = $1
    AND v.position = n.opened_position
    AND n.link <> ''
LEFT JOIN successors AS s
    ON s.tenant_id = $1
    AND s.topic = COALESCE(v.topic, n.link)
ORDER BY n.message_id, n.demand
ON CONFLICT (tenant_id, message_id, demand)
DO UPDATE SET
    changed_position = EXCLUDED.changed_position,
    category = EXCLUDED.category,
    kind = EXCLUDED.kind,
    organization = EXCLUDED.organization,
    place = EXCLUDED.place,
    channel = EXCLUDED.channel,
    groups = EXCLUDED.groups,
    occurred_at = EXCLUDED.occurred_at,
    person = EXCLUDED.person,
    withdrawn = EXCLUDED.withdrawn,
    state = EXCLUDED.state,
    phase = EXCLUDED.phase,
    responsible = EXCLUDED.responsible,
    steward = EXCLUDED.steward,
    route_method = EXCLUDED.route_method,
    escalated_to = EXCLUDED.escalated_to,
    declined_by = EXCLUDED.declined_by,
    against = EXCLUDED.against,
    is_urgent = EXCLUDED.is_urgent,
    due_at = EXCLUDED.due_at,
    first_due_at = EXCLUDED.first_due_at,
    claimed_by = EXCLUDED.claimed_by,
    replies = EXCLUDED.replies,
    acknowledgements = EXCLUDED.acknowledgements,
    first_replied_at = EXCLUDED.first_replied_at,
    last_replied_at = EXCLUDED.last_replied_at,
    closed_at = EXCLUDED.closed_at,
    reopenings = EXCLUDED.reopenings,
    is_solved = EXCLUDED.is_solved,
    is_satisfied = EXCLUDED.is_satisfied,
    is_judged = EXCLUDED.is_judged,
    judged_at = EXCLUDED.judged_at,
    judged_by = EXCLUDED.judged_by,
    judged_synthetic = EXCLUDED.judged_synthetic,
    duplicate_of = EXCLUDED.duplicate_of,
    link = EXCLUDED.link,
    rejoined = EXCLUDED.rejoined,
    sets_place = EXCLUDED.sets_place,
    sets_groups = EXCLUDED.sets_groups,
    topic = EXCLUDED.topic
