import EventLog
import EventSourcing
import Foundation
import Postgres

/// Everything that PostgreSQL holds of one tenant, read by statements of this test.
struct StoredContent {
    struct Batch {
        let first: Position
        let last: Position
        let recordedAt: Timestamp
        let commands: Int
        let digests: [UInt8]
        let chain: [UInt8]
        /// Which formula the chain follows (docs/log.md).
        let format: Int
    }

    struct Person: Hashable {
        let token: UUID
        let reference: PersonReference
    }

    struct Command: Hashable {
        let id: UUID
        let stream: UUID
        let position: Position
    }

    var events: [RecordedEvent] = []
    var head: (position: Position, recordedAt: Timestamp, chain: [UInt8])?
    var batches: [Batch] = []
    var passages: [UUID: [Int16: Passage]] = [:]
    var intakes: [UUID: Intake] = [:]
    var people: [Person] = []
    var commands: [Command] = []

    static func read(_ pool: PostgresPool, tenant: TenantID) async throws -> StoredContent {
        var content = StoredContent()
        content.events = try await pool.query(
            """
            SELECT
                position, stream_type, stream_id, version, type, schema_version, body::text, actor, recorded_at
            FROM log.events
            WHERE tenant_id = \(tenant.rawValue)
            ORDER BY position
            """
        ).map { row in
            let (position, streamType, stream, version, type, schemaVersion, body, actor, at) = try row.decode(
                (Int64, String, UUID, Int32, String, Int16, String, String, PostgresTimestamp).self
            )
            return RecordedEvent(
                position: position,
                stream: StreamID(type: streamType, id: stream),
                version: version,
                type: type,
                schemaVersion: schemaVersion,
                body: Array(body.utf8),
                actor: actor,
                recordedAt: Timestamp(at)
            )
        }
        let heads = try await pool.query(
            "SELECT position, recorded_at, chain FROM log.heads WHERE tenant_id = \(tenant.rawValue)"
        ).decode((Int64, PostgresTimestamp?, [UInt8]).self)
        if let (position, at, chain) = heads.first, heads.count == 1, let at {
            content.head = (position, Timestamp(at), chain)
        }
        content.batches = try await pool.query(
            """
            SELECT
                first_position, last_position, recorded_at, commands, digests, chain,
                COALESCE((to_jsonb(b) ->> 'format')::integer, 1)
            FROM log.batches AS b
            WHERE tenant_id = \(tenant.rawValue)
            ORDER BY first_position
            """
        ).decode((Int64, Int64, PostgresTimestamp, Int32, [UInt8], [UInt8], Int32).self).map { row in
            Batch(
                first: row.0,
                last: row.1,
                recordedAt: Timestamp(row.2),
                commands: Int(row.3),
                digests: row.4,
                chain: row.5,
                format: Int(row.6)
            )
        }
        try await content.readVault(pool, tenant)
        content.commands = try await pool.query(
            "SELECT command_id, stream_id, position FROM log.commands WHERE tenant_id = \(tenant.rawValue)"
        ).decode((UUID, UUID, Int64).self).map { Command(id: $0.0, stream: $0.1, position: $0.2) }
        return content
    }

    private mutating func readVault(_ pool: PostgresPool, _ tenant: TenantID) async throws {
        let passages = try await pool.query(
            """
            SELECT stream_id, number, kind, language, body, salt
            FROM vault.passages
            WHERE tenant_id = \(tenant.rawValue)
            """
        ).decode((UUID, Int16, String, String?, String, [UInt8]).self)
        for (stream, number, kind, language, body, salt) in passages {
            self.passages[stream, default: [:]][number] = Passage(
                number: number,
                kind: kind,
                language: language,
                body: body,
                salt: salt
            )
        }
        let intakes = try await pool.query(
            """
            SELECT stream_id, tracking_hash, request_hash, source, external_id
            FROM vault.intakes
            WHERE tenant_id = \(tenant.rawValue)
            """
        ).decode((UUID, [UInt8], [UInt8], String?, String?).self)
        for (stream, tracking, request, source, external) in intakes {
            self.intakes[stream] = Intake(
                trackingHash: tracking,
                requestHash: request,
                source: source,
                externalID: external
            )
        }
        people = try await pool.query(
            "SELECT person_token, source, person_ref FROM vault.persons WHERE tenant_id = \(tenant.rawValue)"
        ).decode((UUID, String, String).self).map {
            Person(token: $0.0, reference: PersonReference(source: $0.1, reference: $0.2))
        }
    }
}

extension Timestamp {
    fileprivate init(_ time: PostgresTimestamp) {
        self.init(microsecondsSince1970: time.microsecondsSince1970)
    }
}
