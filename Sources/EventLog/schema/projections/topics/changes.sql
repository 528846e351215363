-- Demands of earlier batches that changed, each with the topic that holds it now; NULL: as it was. $1 tenant; $2..$14 demands.
WITH changes AS MATERIALIZED (
    SELECT
        c.*, COALESCE(s.present, v.topic, n.link) AS home, n.link AS link_now
    FROM unnest(
        $2::uuid[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::bigint[], $9::bigint[],
        $10::boolean[], $11::text[], $12::text[], $13::text[], $14::text[]
    ) AS c (
        message_id, demand, category, link, method, confidence, because, same_wording_as, rejoined, place, place_key, groups,
        group_keys
    )
    JOIN demands AS o
        ON o.tenant_id = $1
        AND o.message_id = c.message_id
        AND o.demand = c.demand
    CROSS JOIN LATERAL (SELECT CASE WHEN c.method IS NULL THEN o.link ELSE c.link END AS link) AS n
    LEFT JOIN moves AS v
        ON v.tenant_id = $1
        AND v.position = o.position
        AND n.link <> ''
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = COALESCE(v.topic, n.link)
)
UPDATE demands AS d
SET category = COALESCE(c.category, d.category),
    link = c.link_now,
    home = CASE WHEN d.rejoined OR c.rejoined THEN '' ELSE c.home END,
    method = COALESCE(c.method, d.method),
    confidence = CASE WHEN c.method IS NULL THEN d.confidence ELSE c.confidence END,
    because = CASE WHEN c.method IS NULL THEN d.because ELSE c.because END,
    same_wording_as = CASE WHEN c.method IS NULL THEN d.same_wording_as ELSE c.same_wording_as END,
    rejoined = d.rejoined OR c.rejoined,
    place = COALESCE(c.place, d.place),
    place_key = COALESCE(c.place_key, d.place_key),
    groups = COALESCE(string_to_array(c.groups, E'\x1f'), d.groups),
    group_keys = COALESCE(string_to_array(c.group_keys, E'\x1f'), d.group_keys)
FROM changes AS c
WHERE d.tenant_id = $1
    AND d.message_id = c.message_id
    AND d.demand = c.demand
