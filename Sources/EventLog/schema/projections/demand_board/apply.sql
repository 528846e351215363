-- Writes what a batch of events changes: facts opened, facts changed, and the cells that both touch (minus old, plus
-- new). Everything is read before anything is written. A place is what its name leads to now; what no reviewer set is
-- what the message says at present. $1 tenant;
-- $2..$16 demands opened; $17..$29 demands changed (also those whose place's name leads elsewhere now, at position 0);
-- $30, $31 messages withdrawn; $32, $33 messages amended; $34 which of the demands changed are rejoined;
-- $35, $36 how the kinds of demands opened and changed were found; $37 false: no cells are counted (cells.sql does so later);
-- $38 which of the demands opened are rejoined.
WITH incoming AS MATERIALIZED (
    SELECT
        o.message_id, o.demand, o.position, greatest(o.changed, n.position) AS changed, o.category, o.method, o.kind,
        o.kind_method, o.passage, m.organization, p.given, p.key, COALESCE(n.code, p.given) AS place, n.code IS NOT NULL AS registered,
        m.channel,
        CASE WHEN o.sets_groups THEN string_to_array(o.groups, E'\x1f') ELSE m.groups END AS groups,
        CASE WHEN o.sets_groups THEN string_to_array(o.group_keys, E'\x1f') ELSE m.group_keys END AS group_keys,
        m.source, m.language, m.occurred_at, (m.occurred_at AT TIME ZONE t.time_zone)::date AS occurred_on,
        m.received_at, m.person, CASE WHEN o.demand = 1 THEN m.reported_support ELSE 0 END AS support, o.withdrawn,
        o.rejoined, o.sets_place, o.sets_groups,
        md5(
            concat_ws(
                E'\x1f', o.category, COALESCE(o.kind, ''), m.organization, COALESCE(n.code, p.given),
                n.code IS NOT NULL, m.channel
            )
        )::uuid AS coordinates
    FROM unnest(
        $2::uuid[], $3::smallint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::smallint[],
        $10::boolean[], $11::text[], $12::text[], $13::boolean[], $14::text[], $15::text[], $16::boolean[], $35::text[],
        $38::boolean[]
    ) AS o (
        message_id, demand, position, changed, category, method, kind, passage, sets_place, place, place_key,
        sets_groups, groups, group_keys, withdrawn, kind_method, rejoined
    )
    JOIN messages AS m
        ON m.tenant_id = $1
        AND m.message_id = o.message_id
    JOIN log.tenants AS t
        ON t.tenant_id = $1
    CROSS JOIN LATERAL (
        SELECT
            CASE WHEN o.sets_place THEN o.place ELSE m.place END AS given,
            CASE WHEN o.sets_place THEN o.place_key ELSE m.place_key END AS key
    ) AS p
    LEFT JOIN resolved_names AS n
        ON n.tenant_id = $1
        AND n.domain = 'place'
        AND n.name_key = p.key
),
before AS MATERIALIZED (
    SELECT
        f.*,
        COALESCE(c.category, f.category) AS new_category,
        COALESCE(c.method, f.category_method) AS new_method,
        CASE WHEN c.sets_kind THEN c.kind ELSE f.kind END AS new_kind,
        CASE WHEN c.sets_kind THEN c.kind_method ELSE f.kind_method END AS new_kind_method,
        p.given AS new_given,
        p.key AS new_key,
        COALESCE(n.code, p.given) AS new_place,
        n.code IS NOT NULL AS new_registered,
        CASE
            WHEN c.sets_groups THEN string_to_array(c.groups, E'\x1f')
            WHEN f.sets_groups THEN f.groups
            ELSE m.groups
        END AS new_groups,
        CASE
            WHEN c.sets_groups THEN string_to_array(c.group_keys, E'\x1f')
            WHEN f.sets_groups THEN f.group_keys
            ELSE m.group_keys
        END AS new_group_keys,
        f.sets_place OR COALESCE(c.sets_place, false) AS new_sets_place,
        f.sets_groups OR COALESCE(c.sets_groups, false) AS new_sets_groups,
        m.organization AS new_organization,
        m.channel AS new_channel,
        m.source AS new_source,
        m.language AS new_language,
        m.occurred_at AS new_occurred_at,
        (m.occurred_at AT TIME ZONE t.time_zone)::date AS new_occurred_on,
        m.person AS new_person,
        CASE WHEN f.demand = 1 THEN m.reported_support ELSE 0 END AS new_support,
        f.withdrawn OR w.message_id IS NOT NULL OR COALESCE(c.is_rejoined, false) AS new_withdrawn,
        f.rejoined OR COALESCE(c.is_rejoined, false) AS new_rejoined,
        greatest(f.changed_position, c.position, w.position, a.position, n.position) AS new_position
    FROM facts AS f
    JOIN messages AS m
        ON m.tenant_id = $1
        AND m.message_id = f.message_id
    JOIN log.tenants AS t
        ON t.tenant_id = $1
    LEFT JOIN unnest(
        $17::uuid[], $18::smallint[], $19::bigint[], $20::text[], $21::text[], $22::boolean[], $23::text[],
        $24::boolean[], $25::text[], $26::text[], $27::boolean[], $28::text[], $29::text[], $34::boolean[],
        $36::text[]
    ) AS c (
        message_id, demand, position, category, method, sets_kind, kind, sets_place, place, place_key, sets_groups,
        groups, group_keys, is_rejoined, kind_method
    )
        ON c.message_id = f.message_id
        AND c.demand = f.demand
    LEFT JOIN unnest($30::uuid[], $31::bigint[]) AS w (message_id, position)
        ON w.message_id = f.message_id
    LEFT JOIN unnest($32::uuid[], $33::bigint[]) AS a (message_id, position)
        ON a.message_id = f.message_id
    CROSS JOIN LATERAL (
        SELECT
            CASE WHEN c.sets_place THEN c.place WHEN f.sets_place THEN f.place_given ELSE m.place END AS given,
            CASE WHEN c.sets_place THEN c.place_key WHEN f.sets_place THEN f.place_key ELSE m.place_key END AS key
    ) AS p
    LEFT JOIN resolved_names AS n
        ON n.tenant_id = $1
        AND n.domain = 'place'
        AND n.name_key = p.key
    WHERE f.tenant_id = $1
        AND f.message_id = ANY ($17::uuid[] || $30::uuid[] || $32::uuid[])
        AND (c.message_id IS NOT NULL OR w.message_id IS NOT NULL OR a.message_id IS NOT NULL)
),
replaced AS (
    SELECT
        b.*,
        md5(
            concat_ws(
                E'\x1f', b.new_category, COALESCE(b.new_kind, ''), b.new_organization, b.new_place, b.new_registered,
                b.new_channel
            )
        )::uuid AS new_coordinates
    FROM before AS b
),
signed AS (
    SELECT
        1 AS sign, coordinates, occurred_on, category, kind, organization, place, registered, channel, demand, person,
        support
    FROM incoming
    WHERE $37::boolean
        AND NOT withdrawn
    UNION ALL
    SELECT
        -1, coordinates, occurred_on, category, kind, organization, place, place_registered, channel, demand, person,
        reported_support
    FROM before
    WHERE $37
        AND NOT withdrawn
    UNION ALL
    SELECT
        1, new_coordinates, new_occurred_on, new_category, new_kind, new_organization, new_place, new_registered,
        new_channel, demand, new_person, new_support
    FROM replaced
    WHERE $37
        AND NOT new_withdrawn
),
grains AS (
    SELECT g.grain, g.period, g.until, s.*
    FROM signed AS s
    CROSS JOIN LATERAL (
        VALUES
            ('day', s.occurred_on, s.occurred_on + 1),
            ('week', date_trunc('week', s.occurred_on)::date, date_trunc('week', s.occurred_on)::date + 7),
            (
                'month', date_trunc('month', s.occurred_on)::date,
                (date_trunc('month', s.occurred_on) + interval '1 month')::date
            )
    ) AS g (grain, period, until)
),
person_deltas AS (
    SELECT
        grain, period, until, coordinates, person,
        count(*) FILTER (WHERE sign > 0) AS come,
        count(*) FILTER (WHERE sign < 0) AS gone
    FROM grains
    WHERE person IS NOT NULL
    GROUP BY grain, period, until, coordinates, person
),
-- How often each of them stood there before; counted no further than needed to tell whether one is left.
people_deltas AS MATERIALIZED (
    SELECT
        d.grain, d.period, d.coordinates,
        sum((s.stood - d.gone + d.come > 0)::integer - (s.stood > 0)::integer)::integer AS delta
    FROM person_deltas AS d
    CROSS JOIN LATERAL (
        SELECT count(*) AS stood
        FROM (
            SELECT
            FROM facts AS f
            WHERE f.tenant_id = $1
                AND f.coordinates = d.coordinates
                AND f.person = d.person
                AND f.occurred_on >= d.period
                AND f.occurred_on < d.until
                AND NOT f.withdrawn
            LIMIT d.gone + 1
        ) AS q
    ) AS s
    GROUP BY d.grain, d.period, d.coordinates
),
cell_deltas AS MATERIALIZED (
    SELECT
        grain, period, coordinates, category, COALESCE(kind, '') AS kind, organization, place, registered, channel,
        sum(sign)::integer AS demands,
        COALESCE(sum(sign) FILTER (WHERE demand = 1), 0)::integer AS messages,
        COALESCE(sum(sign) FILTER (WHERE demand = 1 AND person IS NULL), 0)::integer AS messages_unidentified,
        sum(sign * support)::bigint AS reported_support
    FROM grains
    GROUP BY grain, period, coordinates, category, kind, organization, place, registered, channel
),
opened AS (
    INSERT INTO facts (
        tenant_id, message_id, demand, opened_position, changed_position, category, category_method, kind, passage,
        organization, place_given, place_key, place, place_registered, channel, groups, group_keys, source, language,
        occurred_at, occurred_on, received_at, person, reported_support, withdrawn, sets_place, sets_groups, coordinates,
        kind_method, rejoined
    )
    SELECT
        $1, i.message_id, i.demand, i.position, i.changed, i.category, i.method, i.kind, i.passage, i.organization,
        i.given, i.key, i.place, i.registered, i.channel, i.groups, i.group_keys, i.source, i.language, i.occurred_at,
        i.occurred_on, i.received_at, i.person, i.support, i.withdrawn, i.sets_place, i.sets_groups, i.coordinates,
        i.kind_method, i.rejoined
    FROM incoming AS i
),
changed AS (
    UPDATE facts AS f
    SET category = b.new_category,
        category_method = b.new_method,
        kind = b.new_kind,
        kind_method = b.new_kind_method,
        place_given = b.new_given,
        place_key = b.new_key,
        place = b.new_place,
        place_registered = b.new_registered,
        groups = b.new_groups,
        group_keys = b.new_group_keys,
        sets_place = b.new_sets_place,
        sets_groups = b.new_sets_groups,
        organization = b.new_organization,
        channel = b.new_channel,
        source = b.new_source,
        language = b.new_language,
        occurred_at = b.new_occurred_at,
        occurred_on = b.new_occurred_on,
        person = b.new_person,
        reported_support = b.new_support,
        withdrawn = b.new_withdrawn,
        rejoined = b.new_rejoined,
        changed_position = b.new_position,
        coordinates = b.new_coordinates
    FROM replaced AS b
    WHERE f.tenant_id = $1
        AND f.message_id = b.message_id
        AND f.demand = b.demand
)
INSERT INTO cells AS c (
    tenant_id, grain, period, coordinates, category, kind, organization, place, place_registered, channel,
    demands, messages, people, messages_unidentified, reported_support
)
SELECT
    $1, d.grain, d.period, d.coordinates, d.category, d.kind, d.organization, d.place, d.registered, d.channel,
    d.demands, d.messages, COALESCE(p.delta, 0), d.messages_unidentified, d.reported_support
FROM cell_deltas AS d
LEFT JOIN people_deltas AS p
    ON p.grain = d.grain
    AND p.period = d.period
    AND p.coordinates = d.coordinates
ORDER BY d.grain, d.period, d.coordinates
ON CONFLICT (tenant_id, grain, period, coordinates)
DO UPDATE SET
    demands = c.demands + EXCLUDED.demands,
    messages = c.messages + EXCLUDED.messages,
    people = c.people + EXCLUDED.people,
    messages_unidentified = c.messages_unidentified + EXCLUDED.messages_unidentified,
    reported_support = c.reported_support + EXCLUDED.reported_support
RETURNING c.grain, c.period, c.coordinates, c.demands
