-- Puts demands where they belong now: those of these messages ($2), those that a finder placed in these topics, or that a
-- reviewer put into them ($3), and those at these positions ($4). $1 tenant. Returns the topics that lost or won a demand, and
-- those of demands that stayed.
WITH touched AS MATERIALIZED (
    SELECT d.message_id, d.demand, d.home, d.position, d.link, d.rejoined
    FROM demands AS d
    WHERE d.tenant_id = $1
        AND d.message_id = ANY ($2::uuid[])
    UNION
    SELECT d.message_id, d.demand, d.home, d.position, d.link, d.rejoined
    FROM demands AS d
    WHERE d.tenant_id = $1
        AND d.link <> ''
        AND d.link = ANY ($3::text[])
    UNION
    SELECT d.message_id, d.demand, d.home, d.position, d.link, d.rejoined
    FROM demands AS d
    WHERE d.tenant_id = $1
        AND d.position = ANY ($4::bigint[])
    UNION
    SELECT d.message_id, d.demand, d.home, d.position, d.link, d.rejoined
    FROM moves AS v
    JOIN demands AS d
        ON d.tenant_id = v.tenant_id
        AND d.position = v.position
    WHERE v.tenant_id = $1
        AND v.topic = ANY ($3::text[])
),
placed AS MATERIALIZED (
    SELECT t.message_id, t.demand, t.home, CASE WHEN t.rejoined THEN '' ELSE COALESCE(s.present, v.topic, t.link) END AS new
    FROM touched AS t
    LEFT JOIN moves AS v
        ON v.tenant_id = $1
        AND v.position = t.position
        AND t.link <> ''
    LEFT JOIN successors AS s
        ON s.tenant_id = $1
        AND s.topic = COALESCE(v.topic, t.link)
),
moved AS (
    UPDATE demands AS d
    SET home = p.new
    FROM placed AS p
    WHERE d.tenant_id = $1
        AND d.message_id = p.message_id
        AND d.demand = p.demand
        AND d.home <> p.new
)
SELECT p.home AS topic
FROM placed AS p
WHERE p.home <> ''
UNION
SELECT p.new
FROM placed AS p
WHERE p.new <> ''
