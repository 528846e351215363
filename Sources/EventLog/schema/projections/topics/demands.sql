-- Demands opened, as they are at the end of the batch. $1 tenant; $2..$15 demands.
INSERT INTO demands (
    tenant_id, message_id, demand, position, category, link, home, method, confidence, because, same_wording_as, rejoined,
    place, place_key, groups, group_keys
)
SELECT
    $1, d.message_id, d.demand, d.position, d.category, d.link,
    CASE WHEN d.rejoined THEN '' ELSE COALESCE(s.present, v.topic, d.link) END, d.method, d.confidence, d.because,
    d.same_wording_as, d.rejoined, d.place, d.place_key, string_to_array(d.groups, E'\x1f'), string_to_array(d.group_keys, E'\x1f')
FROM unnest(
    $2::uuid[], $3::smallint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::bigint[],
    $10::bigint[], $11::boolean[], $12::text[], $13::text[], $14::text[], $15::text[]
) AS d (
    message_id, demand, position, category, link, method, confidence, because, same_wording_as, rejoined, place, place_key,
    groups, group_keys
)
LEFT JOIN moves AS v
    ON v.tenant_id = $1
    AND v.position = d.position
    AND d.link <> ''
LEFT JOIN successors AS s
    ON s.tenant_id = $1
    AND s.topic = COALESCE(v.topic, d.link)
