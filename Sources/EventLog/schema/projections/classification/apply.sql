-- Compares the words on messages that changed anew: minus the pairs that stood, plus those that stand.
-- OFFSET 0 keeps the look-ups by key: without statistics, as in a new generation, the planner would compare all with all.
-- Everything is read before anything is written. $1 tenant; $2 messages; $3 those of them that earlier batches brought;
-- $4 false: no cells are counted (cells.sql does so later).
WITH gone AS MATERIALIZED (
    SELECT p.*
    FROM pairs AS p
    WHERE p.tenant_id = $1
        AND p.message_id = ANY ($3::uuid[])
),
judged AS (
    SELECT m.message_id, m.organization, m.person, o.demand, o.target, o.version AS model, o.value AS model_value
    FROM messages AS m
    CROSS JOIN LATERAL (
        SELECT q.*
        FROM words AS q
        WHERE q.tenant_id = $1
            AND q.message_id = m.message_id
            AND q.source = 'model'
        OFFSET 0
    ) AS o
    WHERE m.tenant_id = $1
        AND m.message_id = ANY ($2::uuid[])
),
compared AS (
    SELECT j.*, w.source, w.source_version, w.value, w.is_settled
    FROM judged AS j
    CROSS JOIN LATERAL (
        SELECT
            q.source, q.version AS source_version, q.value,
            COALESCE(bool_or(q.source IN ('given', 'reviewer')) OVER (), false) AS is_settled
        FROM (
            SELECT q.source, q.version, q.value
            FROM words AS q
            WHERE q.tenant_id = $1
                AND q.message_id = j.message_id
                AND q.demand = j.demand
                AND q.target = j.target
                AND (q.source <> 'model' OR q.version < j.model)
            UNION ALL
            SELECT 'none', 0, ''
            WHERE NOT EXISTS (
                    SELECT
                    FROM words AS q
                    WHERE q.tenant_id = $1
                        AND q.message_id = j.message_id
                        AND q.demand = j.demand
                        AND q.target = j.target
                        AND q.source <> 'model'
                )
        ) AS q
        OFFSET 0
    ) AS w
),
present AS MATERIALIZED (
    SELECT
        c.*,
        md5(
            concat_ws(
                E'\x1f', c.target, c.source, c.source_version, c.value, c.model, c.model_value, c.is_settled
            )
        )::uuid AS coordinates
    FROM compared AS c
),
signed AS (
    SELECT
        -1 AS sign, g.coordinates, g.target, g.source, g.source_version, g.value, g.model, g.model_value, g.is_settled,
        g.organization, g.person
    FROM gone AS g
    WHERE $4::boolean
    UNION ALL
    SELECT
        1, p.coordinates, p.target, p.source, p.source_version, p.value, p.model, p.model_value, p.is_settled,
        p.organization, p.person
    FROM present AS p
    WHERE $4
),
grains AS (
    SELECT
        g.grain, g.organization, s.sign, s.coordinates, s.target, s.source, s.source_version, s.value, s.model,
        s.model_value, s.is_settled, s.person
    FROM signed AS s
    CROSS JOIN LATERAL (VALUES ('all', ''), ('organization', s.organization)) AS g (grain, organization)
),
person_deltas AS (
    SELECT
        grain, organization, coordinates, person,
        count(*) FILTER (WHERE sign > 0) AS come,
        count(*) FILTER (WHERE sign < 0) AS gone
    FROM grains
    WHERE person IS NOT NULL
    GROUP BY grain, organization, coordinates, person
),
-- How often each of them stood there before; counted no further than needed to tell whether one is left.
people_deltas AS MATERIALIZED (
    SELECT
        d.grain, d.organization, d.coordinates,
        sum((s.stood - d.gone + d.come > 0)::integer - (s.stood > 0)::integer)::integer AS delta
    FROM person_deltas AS d
    CROSS JOIN LATERAL (
        SELECT count(*) AS stood
        FROM (
            SELECT
            FROM pairs AS p
            WHERE p.tenant_id = $1
                AND p.coordinates = d.coordinates
                AND p.person = d.person
                AND (d.grain = 'all' OR p.organization = d.organization)
            LIMIT d.gone + 1
        ) AS q
    ) AS s
    GROUP BY d.grain, d.organization, d.coordinates
),
cell_deltas AS MATERIALIZED (
    SELECT
        grain, organization, coordinates, target, source, source_version, value, model, model_value, is_settled,
        sum(sign)::integer AS demands
    FROM grains
    GROUP BY
        grain, organization, coordinates, target, source, source_version, value, model, model_value, is_settled
),
dropped AS (
    DELETE FROM pairs AS p
    WHERE p.tenant_id = $1
        AND p.message_id = ANY ($3::uuid[])
),
come AS (
    INSERT INTO pairs (
        tenant_id, message_id, demand, target, source, source_version, value, model, model_value, is_settled,
        organization, person, coordinates
    )
    SELECT
        $1, p.message_id, p.demand, p.target, p.source, p.source_version, p.value, p.model, p.model_value, p.is_settled,
        p.organization, p.person, p.coordinates
    FROM present AS p
)
INSERT INTO cells AS c (
    tenant_id, grain, organization, coordinates, target, source, source_version, value, model, model_value, is_settled,
    demands, people
)
SELECT
    $1, d.grain, d.organization, d.coordinates, d.target, d.source, d.source_version, d.value, d.model, d.model_value,
    d.is_settled, d.demands, COALESCE(p.delta, 0)
FROM cell_deltas AS d
LEFT JOIN people_deltas AS p
    ON p.grain = d.grain
    AND p.organization = d.organization
    AND p.coordinates = d.coordinates
ORDER BY d.grain, d.organization, d.coordinates
ON CONFLICT (tenant_id, grain, organization, coordinates)
DO UPDATE SET
    demands = c.demands + EXCLUDED.demands,
    people = c.people + EXCLUDED.people
RETURNING c.grain, c.organization, c.coordinates, c.demands
