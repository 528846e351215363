import EventLog
import EventSourcing
import Foundation
import Postgres
import Topics

/// The tables of `schema/projections/topics`.
struct TopicTables {
    /// Topics that lead elsewhere than before, and positions of demands that a reviewer put elsewhere.
    struct Changed {
        var topics: [String] = []
        var positions: [Int64] = []

        var isEmpty: Bool { topics.isEmpty && positions.isEmpty }
    }

    let context: ProjectionContext

    private var tenant: Int32 { context.tenant.rawValue }
    private var connection: PostgresConnection { context.connection }

    /// Keeps what was done with topics, and derives anew where each leads, which demands were moved, and the titles.
    func enter(_ operations: [(number: Int, type: String, body: String)]) async throws -> Changed {
        guard !operations.isEmpty else { return Changed() }
        try await connection.execute(
            """
            INSERT INTO operations (tenant_id, operation, type, body)
            SELECT \(tenant), o.operation, o.type, o.body
            FROM unnest(
                \(operations.map { Int32($0.number) }), \(operations.map(\.type)), \(operations.map(\.body))
            ) AS o (operation, type, body)
            """
        )
        let rows = try await connection.query(
            """
            SELECT o.type, o.body
            FROM operations AS o
            WHERE o.tenant_id = \(tenant)
            ORDER BY o.operation
            """
        )
        let events = try rows.map { row in
            let (type, body) = try row.decode((String, String).self)
            return try TopicBookEvent(storedType: type, body: Array(body.utf8))
        }
        let standing = TopicBook.state(after: events).standing
        var changed = Changed()
        changed.topics = try await replaceSuccessors(standing.successors)
        changed.positions = try await replaceMoves(standing.moves)
        try await replaceTitles(standing.titles)
        return changed
    }

    /// - Returns: the topics that lead elsewhere now.
    private func replaceSuccessors(_ new: [(topic: String, present: String)]) async throws -> [String] {
        let rows = try await connection.query(
            """
            WITH new AS MATERIALIZED (
                SELECT n.topic, n.present
                FROM unnest(\(new.map(\.topic)), \(new.map(\.present))) AS n (topic, present)
            ),
            gone AS (
                DELETE FROM successors AS s
                WHERE s.tenant_id = \(tenant)
                    AND s.topic NOT IN (SELECT n.topic FROM new AS n)
                RETURNING s.topic
            ),
            written AS (
                INSERT INTO successors AS s (tenant_id, topic, present)
                SELECT \(tenant), n.topic, n.present
                FROM new AS n
                ON CONFLICT (tenant_id, topic) DO UPDATE
                SET present = EXCLUDED.present
                WHERE s.present <> EXCLUDED.present
                RETURNING s.topic
            )
            SELECT g.topic
            FROM gone AS g
            UNION
            SELECT w.topic
            FROM written AS w
            """
        )
        return try rows.map { try $0.decode(0, as: String.self) }
    }

    /// - Returns: the positions of demands that were put elsewhere.
    private func replaceMoves(_ new: [(position: Int64, topic: String)]) async throws -> [Int64] {
        let rows = try await connection.query(
            """
            WITH new AS MATERIALIZED (
                SELECT n.position, n.topic
                FROM unnest(\(new.map(\.position)), \(new.map(\.topic))) AS n (position, topic)
            ),
            gone AS (
                DELETE FROM moves AS v
                WHERE v.tenant_id = \(tenant)
                    AND v.position NOT IN (SELECT n.position FROM new AS n)
                RETURNING v.position
            ),
            written AS (
                INSERT INTO moves AS v (tenant_id, position, topic)
                SELECT \(tenant), n.position, n.topic
                FROM new AS n
                ON CONFLICT (tenant_id, position) DO UPDATE
                SET topic = EXCLUDED.topic
                WHERE v.topic <> EXCLUDED.topic
                RETURNING v.position
            )
            SELECT g.position
            FROM gone AS g
            UNION
            SELECT w.position
            FROM written AS w
            """
        )
        return try rows.map { try $0.decode(0, as: Int64.self) }
    }

    private func replaceTitles(_ new: [(topic: String, title: TopicTitle)]) async throws {
        try await connection.execute("DELETE FROM titles AS t WHERE t.tenant_id = \(tenant)")
        try await connection.execute(
            """
            INSERT INTO titles (tenant_id, topic, title, is_approved)
            SELECT \(tenant), n.topic, n.title, n.is_approved
            FROM unnest(
                \(new.map(\.topic)), \(new.map(\.title.text)), \(new.map(\.title.isApproved))
            ) AS n (topic, title, is_approved)
            """
        )
    }

    /// The messages of the demands that such a change may move.
    func messages(of changed: Changed) async throws -> [UUID] {
        guard !changed.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            SELECT d.message_id
            FROM demands AS d
            WHERE d.tenant_id = \(tenant)
                AND d.link <> ''
                AND d.link = ANY (\(changed.topics))
            UNION
            SELECT d.message_id
            FROM demands AS d
            WHERE d.tenant_id = \(tenant)
                AND d.position = ANY (\(changed.positions))
            UNION
            SELECT d.message_id
            FROM moves AS v
            JOIN demands AS d
                ON d.tenant_id = v.tenant_id
                AND d.position = v.position
            WHERE v.tenant_id = \(tenant)
                AND v.topic = ANY (\(changed.topics))
            """
        )
        return try rows.map { try $0.decode(0, as: UUID.self) }
    }

    func write(_ delta: TopicBoardDelta) async throws {
        if !delta.messages.id.isEmpty {
            try await connection.execute(context.statement("messages", [tenant] + delta.messages.binds))
        }
        if !delta.amended.id.isEmpty {
            try await connection.execute(context.statement("amendments", [tenant] + delta.amended.binds))
        }
        if !delta.withdrawn.isEmpty {
            try await connection.execute(
                """
                UPDATE messages AS m
                SET withdrawn = true
                WHERE m.tenant_id = \(tenant)
                    AND m.message_id = ANY (\(delta.withdrawn))
                """
            )
        }
        if !delta.opened.isEmpty {
            try await connection.execute(context.statement("demands", [tenant] + delta.opened.openedBinds))
        }
        if !delta.changes.isEmpty {
            try await connection.execute(context.statement("changes", [tenant] + delta.changes.changedBinds))
        }
    }

    /// Puts the demands of these messages, and what supports such a topic, where they belong now.
    func place(_ messages: [UUID], _ changed: Changed) async throws {
        if !messages.isEmpty { try await connection.execute(context.statement("homes", [tenant, messages])) }
        guard !changed.topics.isEmpty else { return }
        try await connection.execute(
            """
            UPDATE supports AS u
            SET home = t.home
            FROM (
                SELECT q.topic, COALESCE(s.present, q.topic) AS home
                FROM unnest(\(changed.topics)) AS q (topic)
                LEFT JOIN successors AS s
                    ON s.tenant_id = \(tenant)
                    AND s.topic = q.topic
            ) AS t
            WHERE u.tenant_id = \(tenant)
                AND u.topic = t.topic
                AND u.home <> t.home
            """
        )
    }

    /// Keeps supports.
    func enter(
        _ supports: [(stream: UUID, topic: String, person: UUID?, at: PostgresTimestamp)]
    ) async throws {
        guard !supports.isEmpty else { return }
        try await connection.execute(
            """
            INSERT INTO supports (tenant_id, stream_id, topic, person, supported_at, home)
            SELECT \(tenant), u.stream_id, u.topic, u.person, u.supported_at, COALESCE(s.present, u.topic)
            FROM unnest(
                \(supports.map(\.stream)), \(supports.map(\.topic)), \(supports.map(\.person)), \(supports.map(\.at))
            ) AS u (stream_id, topic, person, supported_at)
            LEFT JOIN successors AS s
                ON s.tenant_id = \(tenant)
                AND s.topic = u.topic
            """
        )
    }

    /// The supports of topics that lead elsewhere now.
    func supports(of changed: Changed) async throws -> [UUID] {
        guard !changed.topics.isEmpty else { return [] }
        let rows = try await connection.query(
            """
            SELECT u.stream_id
            FROM supports AS u
            WHERE u.tenant_id = \(tenant)
                AND u.topic = ANY (\(changed.topics))
            """
        )
        return try rows.map { try $0.decode(0, as: UUID.self) }
    }

    /// What messages and supports add to topics as they stand.
    func voices(of sources: [UUID]) async throws -> TopicVoices {
        var voices = TopicVoices()
        guard !sources.isEmpty else { return voices }
        let rows = try await connection.query(
            """
            SELECT v.topic, v.person, v.wording, v.category, v.occurred_at, v.reported_support, v.weight::text
            FROM voices AS v
            WHERE v.tenant_id = \(tenant)
                AND v.source = ANY (\(sources))
            """
        )
        for row in rows { try voices.append(row) }
        return voices
    }

    /// Counts what changed about topics.
    ///
    /// - Parameters:
    ///   - sources: messages and supports that may count otherwise than before.
    ///   - before: what they added to topics then.
    func count(_ sources: [UUID], before: TopicVoices) async throws {
        guard !sources.isEmpty else { return }
        try await connection.execute(context.statement("count", [tenant, sources] + before.binds))
        guard !before.isEmpty else { return }
        try await connection.execute(context.statement("sweep", [tenant] + before.keys))
    }
}

/// What messages and supports add to topics: columns of the view `voices`.
struct TopicVoices: Sendable {
    private var topic: [String] = []
    private var person: [UUID?] = []
    private var wording: [Int64?] = []
    private var category: [String?] = []
    private var occurredAt: [PostgresTimestamp] = []
    private var support: [Int32] = []
    /// A decimal, as the database writes it.
    private var weight: [String] = []

    var isEmpty: Bool { topic.isEmpty }

    mutating func append(_ row: PostgresRow) throws {
        topic.append(try row.decode(0))
        person.append(try row.decode(1))
        wording.append(try row.decode(2))
        category.append(try row.decode(3))
        occurredAt.append(try row.decode(4))
        support.append(try row.decode(5))
        weight.append(try row.decode(6))
    }

    var binds: [any PostgresEncodable] { [topic, person, wording, category, occurredAt, support, weight] }

    /// Columns of `sweep.sql`.
    var keys: [any PostgresEncodable] { [topic, person, wording, category] }
}
