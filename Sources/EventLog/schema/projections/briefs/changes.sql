-- Changes briefs, also those that were drafted in this batch. $1 tenant; $2..$11 briefs: NULL leaves a column as it is.
UPDATE briefs AS b
SET state = COALESCE(c.state, b.state),
    wording = COALESCE(c.wording, b.wording),
    title_passage = COALESCE(c.title_passage, b.title_passage),
    text_passage = COALESCE(c.text_passage, b.text_passage),
    put_to_supporters_at = COALESCE(c.put_at, b.put_to_supporters_at),
    delivered_at = COALESCE(c.delivered_at, b.delivered_at),
    recipient_organization = COALESCE(c.recipient, b.recipient_organization),
    outcome = COALESCE(c.outcome, b.outcome),
    decided_at = COALESCE(c.decided_at, b.decided_at)
FROM unnest(
    $2::uuid[], $3::text[], $4::integer[], $5::smallint[], $6::smallint[], $7::timestamptz[], $8::timestamptz[],
    $9::text[], $10::text[], $11::timestamptz[]
) AS c (brief_id, state, wording, title_passage, text_passage, put_at, delivered_at, recipient, outcome, decided_at)
WHERE b.tenant_id = $1
    AND b.brief_id = c.brief_id
