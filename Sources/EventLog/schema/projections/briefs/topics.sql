-- Keeps the topics of briefs that were drafted. $1 tenant; $2 briefs; $3 topics; $4..$11 their counts.
INSERT INTO brief_topics (
    tenant_id, brief_id, topic, state, demands, messages, people, unidentified, supporters, reported_support, first_at,
    last_at
)
SELECT
    $1, t.brief_id, t.topic, 'draft', t.demands, t.messages, t.people, t.unidentified, t.supporters, t.reported_support,
    t.first_at, t.last_at
FROM unnest(
    $2::uuid[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::integer[], $8::integer[], $9::bigint[],
    $10::timestamptz[], $11::timestamptz[]
) AS t (
    brief_id, topic, demands, messages, people, unidentified, supporters, reported_support, first_at, last_at
)
ORDER BY t.brief_id, t.topic
