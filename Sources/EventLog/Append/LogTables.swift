import EventSourcing
import Foundation
import Postgres

/// The statements of the log and the vault: one method a statement, rows decoded, nothing decided.
struct LogTables: Sendable {
    let pool: PostgresPool
    /// Nil: nobody counts.
    var counts: AppendCounts?

    func append(_ batch: AppendBatch, tenant: TenantID) async throws -> [AppendOutcome] {
        guard let counts else { return try await send(batch, tenant: tenant) }
        return try await counts.counting(tenant) { try await send(batch, tenant: tenant) }
    }

    private func send(_ batch: AppendBatch, tenant: TenantID) async throws -> [AppendOutcome] {
        let rows = try await pool.query(batch.statement(tenant: tenant))
        var outcomes: [AppendOutcome] = []
        outcomes.reserveCapacity(rows.count)
        for row in rows {
            let (_, name, first, at) = try row.decode((Int32, String, Int64?, PostgresTimestamp).self)
            outcomes.append(
                AppendOutcome(
                    kind: AppendOutcome.Kind(rawValue: name) ?? .conflict,
                    firstPosition: first,
                    recordedAt: Timestamp(microsecondsSince1970: at.microsecondsSince1970)
                )
            )
        }
        return outcomes
    }

    /// Histories and request hashes of streams; absent ones are left out.
    func streams(
        _ ids: [UUID],
        tenant: TenantID
    ) async throws -> [UUID: (events: [RecordedEvent], requestHash: [UInt8]?)] {
        let rows = try await pool.query(
            """
            SELECT
                e.position, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.body, e.actor,
                e.recorded_at, CASE WHEN e.version = 1 THEN i.request_hash END
            FROM log.events AS e
            LEFT JOIN vault.intakes AS i
                ON i.tenant_id = e.tenant_id
                AND i.stream_id = e.stream_id
                AND e.version = 1
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.stream_id = ANY (\(ids))
            ORDER BY e.stream_id, e.version
            """
        )
        var streams: [UUID: (events: [RecordedEvent], requestHash: [UInt8]?)] = [:]
        for row in rows {
            let event = try RecordedEvent(row)
            streams[event.stream.id, default: ([], nil)].events.append(event)
            if let hash = try row.decode(9, as: [UInt8]?.self) { streams[event.stream.id]?.requestHash = hash }
        }
        return streams
    }

    /// A stream's events after a version, in order.
    func events(of stream: UUID, after version: Version, tenant: TenantID) async throws -> [RecordedEvent] {
        let rows = try await pool.query(
            """
            SELECT
                e.position, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.body, e.actor,
                e.recorded_at
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.stream_id = \(stream)
                AND e.version > \(version)
            ORDER BY e.version
            """
        )
        return try rows.map { try RecordedEvent($0) }
    }

    /// 0 when the stream does not exist.
    func version(of stream: UUID, tenant: TenantID) async throws -> Version {
        let rows = try await pool.query(
            """
            SELECT e.version
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.stream_id = \(stream)
            ORDER BY e.version DESC
            LIMIT 1
            """
        )
        return try rows.first?.decode(0, as: Int32.self) ?? 0
    }

    /// Where the commands stand that are known.
    func knownCommands(_ ids: [UUID], tenant: TenantID) async throws -> [UUID: Position] {
        let rows = try await pool.query(
            """
            SELECT c.command_id, c.position
            FROM log.commands AS c
            WHERE c.tenant_id = \(tenant.rawValue)
                AND c.command_id = ANY (\(ids))
            """
        )
        return Dictionary(try rows.decode((UUID, Int64).self), uniquingKeysWith: { first, _ in first })
    }

    func tokens(of people: [PersonReference], tenant: TenantID) async throws -> [(PersonReference, UUID)] {
        let rows = try await pool.query(
            """
            SELECT n.source, n.ref, (
                SELECT p.person_token
                FROM vault.persons AS p
                WHERE p.tenant_id = \(tenant.rawValue)
                    AND p.source = n.source
                    AND p.person_ref = n.ref
            )
            FROM unnest(\(people.map(\.source)), \(people.map(\.reference))) AS n (source, ref)
            """
        )
        return try rows.compactMap { row in
            let (source, reference, token) = try row.decode((String, String, UUID?).self)
            return token.map { (PersonReference(source: source, reference: reference), $0) }
        }
    }

    func events(of tenant: TenantID, after position: Position, limit: Int) async throws -> [RecordedEvent] {
        let rows = try await pool.query(
            """
            SELECT
                e.position, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.body, e.actor,
                e.recorded_at
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.position > \(position)
            ORDER BY e.position
            LIMIT \(limit)
            """
        )
        return try rows.map { try RecordedEvent($0) }
    }

    func head(of tenant: TenantID) async throws -> Position {
        let rows = try await pool.query("SELECT h.position FROM log.heads AS h WHERE h.tenant_id = \(tenant.rawValue)")
        return try rows.first?.decode(0, as: Int64.self) ?? 0
    }

    func passages(of stream: UUID, tenant: TenantID) async throws -> [Int16: Passage] {
        let rows = try await pool.query(
            """
            SELECT p.number, p.kind, p.language, p.body, p.salt
            FROM vault.passages AS p
            WHERE p.tenant_id = \(tenant.rawValue)
                AND p.stream_id = \(stream)
            """
        )
        var passages: [Int16: Passage] = [:]
        for row in rows {
            let (number, kind, language, body, salt) = try row.decode((Int16, String, String?, String, [UInt8]).self)
            passages[number] = Passage(number: number, kind: kind, language: language, body: body, salt: salt)
        }
        return passages
    }
}

/// What became of one command of an append call.
struct AppendOutcome: Sendable {
    enum Kind: String, Sendable {
        case appended
        case conflict
        case repeated = "repeat"
    }

    let kind: Kind
    let firstPosition: Position?
    let recordedAt: Timestamp
}

extension RecordedEvent {
    /// From the first nine columns of an event query.
    package init(_ row: PostgresRow) throws {
        self.init(
            position: try row.decode(0),
            stream: StreamID(type: try row.decode(2), id: try row.decode(1)),
            version: try row.decode(3),
            type: try row.decode(4),
            schemaVersion: try row.decode(5),
            body: try row.decode(6, as: PostgresJSON.self).bytes,
            actor: try row.decode(7),
            recordedAt: Timestamp(
                microsecondsSince1970: try row.decode(8, as: PostgresTimestamp.self).microsecondsSince1970
            )
        )
    }
}
