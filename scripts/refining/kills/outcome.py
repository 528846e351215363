"""What processes said of each demand, by the message's id at its source, and what they said too often."""

from node import Node

SAID = """
SELECT i.external_id, d.demand, d.said
FROM (
    SELECT DISTINCT ON (e.stream_id, e.body ->> 'demand', e.kind)
        e.stream_id, e.body ->> 'demand' AS demand, e.kind || ':' || e.said AS said
    FROM (
        SELECT
            v.stream_id, v.body, v.version, v.type AS kind,
            CASE v.type
                WHEN 'DemandCategorised' THEN concat_ws(' ', v.body ->> 'category', v.body ->> 'method',
                    v.body ->> 'methodVersion', v.body ->> 'confidence')
                WHEN 'DemandKindSet' THEN concat_ws(' ', v.body ->> 'kind', v.body ->> 'method')
                WHEN 'DemandRouted' THEN concat_ws(' ', v.body ->> 'responsible', v.body ->> 'due')
            END AS said
        FROM log.events AS v
        WHERE v.type IN ('DemandCategorised', 'DemandKindSet', 'DemandRouted')
    ) AS e
    ORDER BY e.stream_id, e.body ->> 'demand', e.kind, e.version DESC
) AS d
JOIN vault.intakes AS i
    ON i.stream_id = d.stream_id
ORDER BY 1, 2, 3
"""

# A topic is told by its members, whatever position founded it.
GATHERED = """
SELECT i.external_id, d.demand, min(i.external_id) OVER (PARTITION BY d.home), s.external_id, d.confidence
FROM {schema}.demands AS d
JOIN vault.intakes AS i
    ON i.stream_id = d.message_id
LEFT JOIN {schema}.demands AS w
    ON w.position = d.same_wording_as
LEFT JOIN vault.intakes AS s
    ON s.stream_id = w.message_id
WHERE d.home <> ''
ORDER BY 1, 2
"""

TWICE = """
SELECT e.type, count(*)
FROM (
    SELECT v.type
    FROM log.events AS v
    WHERE v.type = 'DemandLinked' OR (v.type = 'DemandCategorised' AND v.body ->> 'method' = 'model')
        OR (v.type = 'DemandRouted' AND v.body ->> 'method' = 'rules')
    GROUP BY
        v.type, v.stream_id, v.body ->> 'demand', v.body ->> 'category', v.body ->> 'methodVersion',
        v.body ->> 'responsible', v.body ->> 'due'
    HAVING count(*) > 1
) AS e
GROUP BY e.type
"""


def order(node: Node) -> list[list[str]]:
    """The messages as the log has them, one after the other."""
    return node.rows(
        "SELECT i.external_id FROM log.events AS e JOIN vault.intakes AS i ON i.stream_id = e.stream_id"
        " WHERE e.type = 'FeedbackReceived' ORDER BY e.position"
    )


def said(node: Node) -> list[list[str]]:
    return node.rows(SAID)


def gathered(node: Node) -> list[list[str]]:
    schema = node.rows(
        "SELECT 'gen_' || g.generation FROM projections.generations AS g"
        " WHERE g.projector = 'topics' AND g.state = 'live'"
    )[0][0]
    return node.rows(GATHERED.format(schema=schema))


def twice(node: Node) -> list[list[str]]:
    return node.rows(TWICE)


def head(node: Node) -> int:
    return int(node.rows("SELECT max(h.position) FROM log.heads AS h")[0][0])


def processed(node: Node) -> int:
    """How far the slowest process has come."""
    rows = node.rows("SELECT min(p.position) FROM projections.process_checkpoints AS p")
    return int(rows[0][0] or 0)


def projected(node: Node) -> int:
    rows = node.rows(
        "SELECT min(c.position) FROM projections.checkpoints AS c JOIN projections.generations AS g"
        " ON g.generation = c.generation AND g.state = 'live' AND g.projector = 'topics'"
    )
    return int(rows[0][0] or 0)
