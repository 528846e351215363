-- Counts every pair, into cells that are empty: what apply.sql adds up batch by batch. $1 tenant.
WITH voices AS (
    SELECT
        g.grain, g.organization, p.coordinates, p.target, p.source, p.source_version, p.value, p.model, p.model_value,
        p.is_settled, p.person,
        count(*)::integer AS demands
    FROM pairs AS p
    CROSS JOIN LATERAL (VALUES ('all', ''), ('organization', p.organization)) AS g (grain, organization)
    WHERE p.tenant_id = $1
    GROUP BY
        g.grain, g.organization, p.coordinates, p.target, p.source, p.source_version, p.value, p.model, p.model_value,
        p.is_settled, p.person
)
INSERT INTO cells (
    tenant_id, grain, organization, coordinates, target, source, source_version, value, model, model_value, is_settled,
    demands, people
)
SELECT
    $1, v.grain, v.organization, v.coordinates, v.target, v.source, v.source_version, v.value, v.model, v.model_value,
    v.is_settled, sum(v.demands), count(v.person)
FROM voices AS v
GROUP BY
    v.grain, v.organization, v.coordinates, v.target, v.source, v.source_version, v.value, v.model, v.model_value,
    v.is_settled
