-- Every demand of which people said what it is and a model did so too, at a release, with its coordinates: the model, who said
-- it, what they said, and whether the model says the same. What a reviewer and the collector both said counts for each.
-- Messages are not counted here. $1 tenant; $2 publications (models); $3 of these messages only; NULL: of all.
SELECT
    p.message_id,
    (p.demand * 4 + CASE p.target WHEN 'kind' THEN 2 ELSE 0 END + CASE p.source WHEN 'given' THEN 1 ELSE 0 END)::smallint
        AS demand,
    p.person,
    0::smallint AS messages,
    0 AS reported_support,
    concat_ws(
        E'\x1f', p.model, p.source, p.value,
        CASE WHEN p.model_value = '' THEN 'unclassified' WHEN p.model_value = p.value THEN 'agreed' ELSE 'differed' END
    ) AS coordinates
FROM pairs AS p
WHERE p.tenant_id = $1
    AND p.model::text = ANY ($2::text[])
    AND p.source IN ('given', 'reviewer')
    AND p.value <> ''
    AND ($3::uuid[] IS NULL OR p.message_id = ANY ($3))
