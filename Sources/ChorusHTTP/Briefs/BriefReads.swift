import EventLog
import EventSourcing
import Foundation
import Postgres
import Topics

/// What the read model of topics tells about those behind briefs.
struct BriefReads: Sendable {
    let read: BoundedRead

    /// What stands behind topics.
    struct Counted: Sendable {
        /// By topic; those without a demand are missing.
        var topics: [String: BriefCounts] = [:]
        /// Of all of them, each person once; nil: there is no demand.
        var all: BriefCounts?
    }

    /// What a draft is made of.
    struct Material: Sendable {
        let counted: Counted
        /// Where the finder placed the demands of these topics.
        let links: [TopicLink]
        let position: Position
        let projectorVersion: Int
    }

    /// What stands behind the topics of a brief at present.
    struct Now: Sendable {
        /// By topic as the brief names it: the topic that it is part of.
        let present: [String: String]
        /// By present topic.
        let topics: [String: BriefCounts]
        let all: BriefCounts?
    }

    /// Whether somebody stands behind one of the topics.
    struct Standing: Sendable {
        /// With the message itself.
        var byMessage: Set<String> = []
        /// With another message, or a support, of the same person.
        var byPerson: Set<String> = []

        var topics: Set<String> { byMessage.union(byPerson) }
    }

    /// What is known of topics that a brief is to be of.
    ///
    /// - Parameter organization: whose demands alone count; nil: all.
    func material(_ topics: [TopicID], _ tenant: TenantID, of organization: String?) async throws -> Material {
        let names = topics.map(\.description)
        return try await run(tenant) { connection, position in
            let counted = try await counts(names, tenant, of: organization, connection)
            let rows = try await connection.query(
                """
                SELECT d.position, d.link
                FROM demands AS d
                JOIN messages AS m
                    ON m.tenant_id = d.tenant_id
                    AND m.message_id = d.message_id
                WHERE d.tenant_id = \(tenant.rawValue)
                    AND d.link <> ''
                    AND NOT d.rejoined
                    AND (d.home = ANY (\(names)) OR d.link = ANY (\(names)))
                    AND (\(organization) IS NULL OR m.organization = \(organization))
                ORDER BY d.position
                """
            )
            let links = try rows.compactMap { row in
                let (position, link) = try row.decode((Int64, String).self)
                return TopicID(link).map { TopicLink(demand: position, topic: $0) }
            }
            let versions = try await connection.query(
                "SELECT g.projector_version FROM projections.generations AS g WHERE g.projector = 'topics' AND g.state = 'live'"
            )
            return Material(
                counted: counted,
                links: links,
                position: position,
                projectorVersion: Int(try versions.first?.decode(0, as: Int32.self) ?? 0)
            )
        }
    }

    /// What stands behind a brief's topics now, counted as when it was drafted.
    func now(_ draft: BriefDrafted, _ tenant: TenantID) async throws -> Now {
        let names = draft.topics.map(\.topic.description)
        return try await run(tenant) { connection, _ in
            let rows = try await connection.query(
                """
                SELECT n.topic, COALESCE(s.present, n.topic)
                FROM unnest(\(names)) AS n (topic)
                LEFT JOIN successors AS s
                    ON s.tenant_id = \(tenant.rawValue)
                    AND s.topic = n.topic
                ORDER BY n.topic
                """
            )
            let present = Dictionary(try rows.decode((String, String).self)) { first, _ in first }
            let wanted = Array(Set(present.values)).sorted()
            let counted = try await counts(wanted, tenant, of: draft.countedOf, connection)
            return Now(present: present, topics: counted.topics, all: counted.all)
        }
    }

    /// Behind which of these topics the sender of a message stands.
    ///
    /// - Parameter topics: as briefs name them, ended or not.
    func standing(
        behind topics: [String],
        message: UUID,
        person: UUID?,
        _ tenant: TenantID
    ) async throws -> Standing {
        guard !topics.isEmpty else { return Standing() }
        let rows = try await run(tenant) { connection, _ in
            try await connection.query(
                """
                WITH named AS MATERIALIZED (
                    SELECT n.topic, COALESCE(s.present, n.topic) AS present
                    FROM unnest(\(topics)) AS n (topic)
                    LEFT JOIN successors AS s
                        ON s.tenant_id = \(tenant.rawValue)
                        AND s.topic = n.topic
                ),
                voices AS MATERIALIZED (
                    SELECT d.home, d.message_id = \(message) AS is_own
                    FROM demands AS d
                    JOIN messages AS m
                        ON m.tenant_id = d.tenant_id
                        AND m.message_id = d.message_id
                    WHERE d.tenant_id = \(tenant.rawValue)
                        AND d.home <> ''
                        AND d.home IN (SELECT n.present FROM named AS n)
                        AND (d.message_id = \(message) OR m.person = \(person))
                        AND NOT m.withdrawn
                ),
                given AS MATERIALIZED (
                    SELECT COALESCE(s.present, u.topic) AS home
                    FROM supports AS u
                    LEFT JOIN successors AS s
                        ON s.tenant_id = u.tenant_id
                        AND s.topic = u.topic
                    WHERE u.tenant_id = \(tenant.rawValue)
                        AND u.person = \(person)
                )
                SELECT
                    n.topic,
                    EXISTS (SELECT FROM voices AS v WHERE v.home = n.present AND v.is_own),
                    EXISTS (SELECT FROM voices AS v WHERE v.home = n.present AND NOT v.is_own)
                        OR EXISTS (SELECT FROM given AS u WHERE u.home = n.present)
                FROM named AS n
                """
            ).decode((String, Bool, Bool).self)
        }
        var standing = Standing()
        for (topic, byMessage, byPerson) in rows {
            if byMessage { standing.byMessage.insert(topic) }
            if byPerson { standing.byPerson.insert(topic) }
        }
        return standing
    }

    /// Topics that stand, each counted, and all together.
    ///
    /// Supports belong to no organization: where one's demands alone count, they do not.
    private func counts(
        _ topics: [String],
        _ tenant: TenantID,
        of organization: String?,
        _ connection: PostgresConnection
    ) async throws -> Counted {
        let rows = try await connection.query(
            """
            WITH voices AS MATERIALIZED (
                SELECT
                    d.home AS topic, d.message_id, m.person, m.occurred_at,
                    CASE WHEN d.demand = 1 THEN m.reported_support ELSE 0 END AS support
                FROM demands AS d
                JOIN messages AS m
                    ON m.tenant_id = d.tenant_id
                    AND m.message_id = d.message_id
                WHERE d.tenant_id = \(tenant.rawValue)
                    AND d.home <> ''
                    AND d.home = ANY (\(topics))
                    AND NOT m.withdrawn
                    AND (\(organization) IS NULL OR m.organization = \(organization))
            ),
            behind AS MATERIALIZED (
                SELECT COALESCE(s.present, u.topic) AS topic, u.person
                FROM supports AS u
                LEFT JOIN successors AS s
                    ON s.tenant_id = u.tenant_id
                    AND s.topic = u.topic
                WHERE u.tenant_id = \(tenant.rawValue)
                    AND \(organization) IS NULL
                    AND COALESCE(s.present, u.topic) = ANY (\(topics))
            ),
            supporters AS (
                SELECT b.topic, count(DISTINCT b.person) + count(*) FILTER (WHERE b.person IS NULL) AS supporters
                FROM behind AS b
                WHERE NOT EXISTS (SELECT FROM voices AS v WHERE v.topic = b.topic AND v.person = b.person)
                GROUP BY b.topic
                UNION ALL
                SELECT '', count(DISTINCT b.person) + count(*) FILTER (WHERE b.person IS NULL)
                FROM behind AS b
                WHERE NOT EXISTS (SELECT FROM voices AS v WHERE v.person = b.person)
            ),
            counted AS (
                SELECT
                    COALESCE(v.topic, '') AS topic, count(*) AS demands, count(DISTINCT v.message_id) AS messages,
                    count(DISTINCT v.person) AS people, count(*) FILTER (WHERE v.person IS NULL) AS unidentified,
                    COALESCE(sum(v.support), 0)::bigint AS support, min(v.occurred_at) AS first_at,
                    max(v.occurred_at) AS last_at
                FROM voices AS v
                GROUP BY GROUPING SETS ((v.topic), ())
                HAVING count(*) > 0
            )
            SELECT
                c.topic, c.demands, c.messages, c.people, c.unidentified, COALESCE(s.supporters, 0), c.support,
                c.first_at, c.last_at
            FROM counted AS c
            LEFT JOIN supporters AS s
                ON s.topic = c.topic
            """
        )
        var counted = Counted()
        for row in rows {
            let counts = BriefCounts(
                demands: try row.decode(1, as: Int.self),
                messages: try row.decode(2, as: Int.self),
                people: try row.decode(3, as: Int.self),
                unidentified: try row.decode(4, as: Int.self),
                supporters: try row.decode(5, as: Int.self),
                reportedSupport: try row.decode(6, as: Int.self),
                firstAt: try row.time(7),
                lastAt: try row.time(8)
            )
            let topic = try row.decode(0, as: String.self)
            if topic.isEmpty { counted.all = counts } else { counted.topics[topic] = counts }
        }
        return counted
    }

    private func run<Value: Sendable>(
        _ tenant: TenantID,
        _ body: @Sendable (PostgresConnection, Position) async throws -> Value
    ) async throws -> Value {
        try await read.run { connection in
            guard let position = try await Generations.enterLive("topics", tenant: tenant, on: connection) else {
                throw Problem.unavailable("not-yet", "the topics are not counted yet; ask again a little later")
            }
            return try await body(connection, position)
        }
    }
}

extension PostgresRow {
    fileprivate func time(_ column: Int) throws -> Timestamp {
        Timestamp(microsecondsSince1970: try decode(column, as: PostgresTimestamp.self).microsecondsSince1970)
    }
}
