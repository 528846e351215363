-- Keeps briefs that were drafted. $1 tenant; $2..$10 brief, where and when, organization, passages, of what it was counted;
-- $11..$18 counts.
INSERT INTO briefs (
    tenant_id, brief_id, drafted_position, drafted_at, state, organization, wording, title_passage, text_passage,
    counted_position, counted_version, counted_of, demands, messages, people, unidentified, supporters, reported_support, first_at, last_at
)
SELECT
    $1, b.brief_id, b.position, b.drafted_at, 'draft', b.organization, 1, b.title_passage, b.text_passage,
    b.counted_position, b.counted_version, b.counted_of, b.demands, b.messages, b.people, b.unidentified, b.supporters, b.reported_support,
    b.first_at, b.last_at
FROM unnest(
    $2::uuid[], $3::bigint[], $4::timestamptz[], $5::text[], $6::smallint[], $7::smallint[], $8::bigint[], $9::integer[],
    $10::text[], $11::integer[], $12::integer[], $13::integer[], $14::integer[], $15::integer[], $16::bigint[],
    $17::timestamptz[], $18::timestamptz[]
) AS b (
    brief_id, position, drafted_at, organization, title_passage, text_passage, counted_position, counted_version,
    counted_of, demands, messages, people, unidentified, supporters, reported_support, first_at, last_at
)
ORDER BY b.brief_id
