-- Demands opened, as they are at the end of the batch. $1 tenant; $2..$11 demands.
INSERT INTO demands (
    tenant_id, message_id, demand, position, category, link, home, method, confidence, because, same_wording_as, rejoined
)
SELECT
    $1, d.message_id, d.demand, d.position, d.category, d.link, '', d.method, d.confidence, d.because, d.same_wording_as,
    d.rejoined
FROM unnest(
    $2::uuid[], $3::smallint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::bigint[],
    $10::bigint[], $11::boolean[]
) AS d (
    message_id, demand, position, category, link, method, confidence, because, same_wording_as, rejoined
)
