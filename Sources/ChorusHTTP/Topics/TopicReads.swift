import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Topics

/// What the read model of topics tells, out of one snapshot.
struct TopicReads: Sendable {
    let read: BoundedRead

    /// One topic, counted.
    struct Row: Sendable {
        let topic: String
        let title: String?
        let isApproved: Bool
        let category: String
        let demands: Int32
        let people: Int32
        let unidentified: Int32
        let wordings: Int32
        let supporters: Int32
        let support: Int64
        let firstAt: String
        let lastAt: String
        /// Nil below five people.
        let heat: Double?
    }

    /// A demand of a topic, with its words while they are there.
    struct Demand: Sendable {
        let message: UUID
        let number: Int16
        let position: Position
        let sameWordingAs: Position?
        let category: String
        let found: String
        let confidence: Int32
        let occurredAt: String
        let person: UUID?
        let subject: String?
        let text: String?
    }

    enum Order: String, CaseIterable {
        case heat
        case people
        case latest
    }

    func list(_ tenant: TenantID, by order: Order, limit: Int) async throws -> (rows: [Row], position: Position) {
        try await run(tenant) { connection in
            try await connection.query(
                """
                \(Self.counted(tenant))
                ORDER BY
                    CASE \(order.rawValue) WHEN 'heat' THEN h.heat WHEN 'people' THEN t.people + t.unidentified END
                        DESC NULLS LAST,
                    t.last_at DESC, t.topic
                LIMIT \(Int64(limit))
                """
            ).map { try Self.row($0) }
        }
    }

    /// A topic and its demands, oldest first; nil when it does not stand.
    func topic(
        _ topic: TopicID,
        _ tenant: TenantID,
        organization: String?,
        limit: Int
    ) async throws -> (topic: (row: Row, demands: [Demand])?, position: Position) {
        try await run(tenant) { connection in
            let rows = try await connection.query(
                """
                \(Self.counted(tenant))
                    AND t.topic = \(topic.description)
                """
            )
            guard let row = rows.first else { return nil }
            let demands = try await connection.query(
                """
                SELECT
                    d.message_id, d.demand, d.position, d.same_wording_as, d.category, d.link, d.confidence, m.occurred_at,
                    m.person, s.body, t.body
                FROM demands AS d
                JOIN messages AS m
                    ON m.tenant_id = d.tenant_id
                    AND m.message_id = d.message_id
                LEFT JOIN LATERAL (
                    SELECT p.body
                    FROM vault.passages AS p
                    WHERE p.tenant_id = d.tenant_id
                        AND p.stream_id = d.message_id
                        AND p.kind = 'subject'
                    ORDER BY p.number DESC
                    LIMIT 1
                ) AS s ON true
                LEFT JOIN LATERAL (
                    SELECT p.body
                    FROM vault.passages AS p
                    WHERE p.tenant_id = d.tenant_id
                        AND p.stream_id = d.message_id
                        AND p.kind <> 'subject'
                    ORDER BY p.number
                    LIMIT 1
                ) AS t ON true
                WHERE d.tenant_id = \(tenant.rawValue)
                    AND d.home = \(topic.description)
                    AND NOT m.withdrawn
                    AND (\(organization) IS NULL OR m.organization = \(organization))
                ORDER BY d.position
                LIMIT \(Int64(limit))
                """
            )
            return (try Self.row(row), try demands.map { try Self.demand($0) })
        }
    }

    /// The demands of a topic that stand, oldest first.
    func members(of topic: TopicID, _ tenant: TenantID, limit: Int) async throws -> [DemandID] {
        try await run(tenant) { connection in
            try await connection.query(
                """
                SELECT d.message_id, d.demand
                FROM demands AS d
                JOIN messages AS m
                    ON m.tenant_id = d.tenant_id
                    AND m.message_id = d.message_id
                WHERE d.tenant_id = \(tenant.rawValue)
                    AND d.home = \(topic.description)
                    AND NOT d.rejoined
                    AND NOT m.withdrawn
                ORDER BY d.position
                LIMIT \(Int64(limit))
                """
            ).map { row in
                let (message, number) = try row.decode((UUID, Int16).self)
                return DemandID(message: message, number: number)
            }
        }.0
    }

    /// Where the finder placed the demands of these topics, and these demands.
    func links(
        of topics: [TopicID],
        _ positions: [Position],
        _ tenant: TenantID
    ) async throws -> [TopicLink] {
        try await run(tenant) { connection in
            let rows = try await connection.query(
                """
                SELECT d.position, d.link
                FROM demands AS d
                WHERE d.tenant_id = \(tenant.rawValue)
                    AND d.link <> ''
                    AND NOT d.rejoined
                    AND (
                        d.home = ANY (\(topics.map(\.description)))
                        OR d.link = ANY (\(topics.map(\.description)))
                        OR d.position = ANY (\(positions))
                    )
                ORDER BY d.position
                """
            )
            return try rows.compactMap { row in
                let (position, link) = try row.decode((Int64, String).self)
                return TopicID(link).map { TopicLink(demand: position, topic: $0) }
            }
        }.0
    }

    /// The position at which a demand was opened; nil when there is none, or no finder has placed it.
    func position(of demand: DemandID, _ tenant: TenantID) async throws -> Position? {
        try await run(tenant) { connection in
            let rows = try await connection.query(
                """
                SELECT d.position
                FROM demands AS d
                WHERE d.tenant_id = \(tenant.rawValue)
                    AND d.message_id = \(demand.message)
                    AND d.demand = \(demand.number)
                    AND d.link <> ''
                    AND NOT d.rejoined
                """
            )
            return try rows.first?.decode(0, as: Int64.self)
        }.0
    }

    /// The topics of the last release whose titles a reviewer has approved: what everybody may see.
    func published(
        _ tenant: TenantID
    ) async throws -> [(topic: String, title: String, demands: Int32, people: Int32)] {
        try await run(tenant) { connection in
            let rows = try await connection.query(
                """
                SELECT p.path[1], n.title, p.demands, p.people
                FROM published_rows AS p
                JOIN titles AS n
                    ON n.tenant_id = p.tenant_id
                    AND n.topic = p.path[1]
                    AND n.is_approved
                WHERE p.tenant_id = \(tenant.rawValue)
                    AND p.publication = 'topic'
                    AND NOT p.is_withheld
                ORDER BY p.people DESC, p.path[1]
                LIMIT 1000
                """
            )
            return try rows.decode((String, String, Int32, Int32).self)
                .map { (topic: $0.0, title: $0.1, demands: $0.2, people: $0.3) }
        }.0
    }

    private func run<Value: Sendable>(
        _ tenant: TenantID,
        _ body: @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> (Value, Position) {
        try await read.run { connection in
            guard let position = try await Generations.enterLive("topics", tenant: tenant, on: connection) else {
                throw Problem.unavailable("not-yet", "the topics are not counted yet; ask again a little later")
            }
            return (try await body(connection), position)
        }
    }

    private static func counted(_ tenant: TenantID) -> SQL {
        """
        SELECT
            t.topic, n.title, COALESCE(n.is_approved, false), t.category, t.demands, t.people, t.unidentified, t.wordings,
            t.reported_support, t.first_at, t.last_at, h.heat, t.supporters
        FROM topics AS t
        LEFT JOIN titles AS n
            ON n.tenant_id = t.tenant_id
            AND n.topic = t.topic
        CROSS JOIN LATERAL (
            SELECT
                t.people_weight
                    * power(2::double precision, - extract(epoch FROM now() - '2020-01-01Z'::timestamptz) / 2592000)
                    AS people_heat,
                power(2::double precision, - extract(epoch FROM greatest(now() - t.last_at, interval '0')) / 2592000)
                    AS decay
        ) AS w
        CROSS JOIN LATERAL (
            SELECT
                CASE WHEN t.people + t.unidentified >= 5 THEN
                    w.people_heat + least(
                        0.5 * log(2, (1 + t.reported_support)::numeric)::double precision, 0.5 * w.people_heat
                    ) * w.decay
                END AS heat
        ) AS h
        WHERE t.tenant_id = \(tenant.rawValue)
        """
    }

    private static func row(_ row: PostgresRow) throws -> Row {
        Row(
            topic: try row.decode(0),
            title: try row.decode(1),
            isApproved: try row.decode(2),
            category: try row.decode(3),
            demands: try row.decode(4),
            people: try row.decode(5),
            unidentified: try row.decode(6),
            wordings: try row.decode(7),
            supporters: try row.decode(12),
            support: try row.decode(8),
            firstAt: row.words(9) ?? "",
            lastAt: row.words(10) ?? "",
            heat: try row.decode(11)
        )
    }

    private static func demand(_ row: PostgresRow) throws -> Demand {
        Demand(
            message: try row.decode(0),
            number: try row.decode(1),
            position: try row.decode(2),
            sameWordingAs: try row.decode(3),
            category: try row.decode(4),
            found: try row.decode(5),
            confidence: try row.decode(6),
            occurredAt: row.words(7) ?? "",
            person: try row.decode(8),
            subject: try row.decode(9),
            text: try row.decode(10)
        )
    }
}

extension PostgresRow {
    /// As the database writes it.
    fileprivate func words(_ column: Int) -> String? {
        guard case .text(let text) = value(column) else { return nil }
        return text
    }
}
