import EventLog
import EventSourcing
import Foundation
import Logging
import Postgres
import Projectors

/// Fills a database with what every copy of it begins with: two tenants, live generations, a history beside an empty
/// log.
package enum LawTemplate {
    package static let tenants = [
        (code: "one", timeZone: "Asia/Shanghai"), (code: "two", timeZone: "America/Sao_Paulo"),
    ]

    package static func fill(
        _ connectionString: String,
        with history: History,
        files: SchemaFiles,
        projectors: [any PostgresProjector]
    ) async throws {
        var logger = Logger(label: "laws")
        logger.logLevel = .critical
        let configuration = try PostgresConfiguration(connectionString: connectionString)
        try await Migrator(files: files, logger: logger).migrate(configuration) { connection in
            _ = try await Generations(files: files).ensureLive(projectors, on: connection)
            for tenant in tenants {
                _ = try await TenantCreation.create(
                    code: tenant.code,
                    timeZone: tenant.timeZone,
                    language: "zh",
                    k: Town.k,
                    channels: Town.originalChannels,
                    on: connection
                )
            }
            try await connection.run(
                script: """
                    CREATE SCHEMA laws;
                    CREATE TABLE laws.events (LIKE log.events INCLUDING ALL)
                    """
            )
            for log in history.logs { try await insert(log, on: connection) }
        }
    }

    private static func insert(_ log: History.Log, on connection: PostgresConnection) async throws {
        let events = log.events
        let times = events.map { PostgresTimestamp(microsecondsSince1970: $0.recordedAt.microsecondsSince1970) }
        try await connection.execute(
            """
            INSERT INTO laws.events (
                tenant_id, position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body
            )
            SELECT
                \(log.tenant.rawValue), e.position, e.stream_id, e.version, e.schema_version, e.recorded_at,
                e.stream_type, e.type, e.actor, e.body::json
            FROM unnest(
                \(events.map(\.position)), \(events.map(\.stream.id)), \(events.map(\.version)),
                \(events.map(\.schemaVersion)), \(times),
                \(events.map(\.stream.type)), \(events.map(\.type)), \(events.map(\.actor)),
                \(events.map { String(decoding: $0.body, as: UTF8.self) })
            ) AS e (position, stream_id, version, schema_version, recorded_at, stream_type, type, actor, body)
            """
        )
    }
}
