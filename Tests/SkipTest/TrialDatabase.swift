import EmbeddedPostgres
import EventLog
import EventSourcing
import Foundation
import Logging
import Postgres
import TestSupport

/// A migrated database with one tenant, for one run.
enum TrialDatabase {
    static func with<Value>(
        _ body: (_ connectionString: String, TenantID) async throws -> Value
    ) async throws -> Value {
        if let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty {
            return try await within(url, body)
        }
        let cluster = try await TestPostgres.dedicatedCluster(durable: true)
        do {
            let value = try await body(cluster.connectionString, try await prepare(cluster.connectionString))
            try await cluster.stop()
            return value
        } catch {
            try await cluster.stop(immediately: true)
            throw error
        }
    }

    /// In a database of its own beside the given one.
    private static func within<Value>(
        _ url: String,
        _ body: (_ connectionString: String, TenantID) async throws -> Value
    ) async throws -> Value {
        let name = "chorus_skip_test_\(ProcessInfo.processInfo.processIdentifier)"
        guard var components = URLComponents(string: url) else { throw NoURL() }
        let maintenance = try await PostgresConnection.connect(try PostgresConfiguration(connectionString: url))
        try await maintenance.run(script: "CREATE DATABASE \(identifier: name) TEMPLATE template0")
        components.path = "/\(name)"
        let connectionString = components.string ?? url
        do {
            let value = try await body(connectionString, try await prepare(connectionString))
            try await maintenance.run(script: "DROP DATABASE \(identifier: name) WITH (FORCE)")
            await maintenance.close()
            return value
        } catch {
            try? await maintenance.run(script: "DROP DATABASE \(identifier: name) WITH (FORCE)")
            await maintenance.close()
            throw error
        }
    }

    private struct NoURL: Error, CustomStringConvertible {
        var description: String { "DATABASE_URL is no URL: write it as postgresql://user@host:port/database" }
    }

    private static func prepare(_ connectionString: String) async throws -> TenantID {
        let configuration = try PostgresConfiguration(connectionString: connectionString)
        var logger = Logger(label: "skip-test")
        logger.logLevel = .warning
        try await Migrator(files: SchemaFiles.find(), logger: logger)
            .migrate(configuration) { connection in
                _ = try await TenantCreation.create(
                    code: "skip",
                    timeZone: "Asia/Shanghai",
                    language: "zh",
                    k: 5,
                    channels: ["web"],
                    on: connection
                )
            }
        // The first tenant of a new database.
        return TenantID(rawValue: 1)
    }
}
