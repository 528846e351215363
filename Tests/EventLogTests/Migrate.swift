import EventLog
import Foundation
import Logging
import Postgres
import TestSupport
import Testing

/// Bringing a database to this binary's schema.
@Suite struct Migrate {
    private let logger = Logger(label: "test")

    @Test func twentyAtOnceMigrateOnce() async throws {
        let configuration = try PostgresConfiguration(connectionString: await TestPostgres.connectionString())
        let migrator = Migrator(files: try SchemaFiles.find(), logger: logger)
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 1...20 { group.addTask { try await migrator.migrate(configuration) } }
            return try await group.reduce(into: [[String]]()) { $0.append($1) }
        }
        #expect(applied.filter { !$0.isEmpty }.count == 1)
        let connection = try await PostgresConnection.connect(configuration)
        let tables = try await connection.query("SELECT to_regclass('log.events')::text").first
        #expect(try tables?.decode(0, as: String?.self) == "log.events")
        await connection.close()
    }

    @Test func refusesAChangedNumberedFile() async throws {
        let configuration = try PostgresConfiguration(connectionString: await TestPostgres.connectionString())
        let tree = try copyOfTheTree()
        try await Migrator(files: SchemaFiles(folder: tree), logger: logger).migrate(configuration)
        try change(tree.appendingPathComponent("0003_log_tenants.sql"))
        await #expect {
            try await Migrator(files: SchemaFiles(folder: tree), logger: logger).migrate(configuration)
        } throws: { error in
            "\(error)".hasPrefix("0003_log_tenants.sql was applied to this database with other content")
        }
    }

    @Test func refusesADatabaseOfANewerVersion() async throws {
        let configuration = try PostgresConfiguration(connectionString: await TestPostgres.connectionString())
        let tree = try copyOfTheTree()
        let newer = tree.appendingPathComponent("9999_newer.sql")
        try Data("SELECT 1".utf8).write(to: newer)
        try await Migrator(files: SchemaFiles(folder: tree), logger: logger).migrate(configuration)
        try FileManager.default.removeItem(at: newer)
        await #expect {
            try await Migrator(files: SchemaFiles(folder: tree), logger: logger).migrate(configuration)
        } throws: { error in
            "\(error)".contains("9999_newer.sql is unknown here")
        }
    }

    @Test func runsRepeatableFilesAgainWhenOneChanged() async throws {
        let configuration = try PostgresConfiguration(connectionString: await TestPostgres.connectionString())
        let tree = try copyOfTheTree()
        let migrator = Migrator(files: SchemaFiles(folder: tree), logger: logger)
        let first = try await migrator.migrate(configuration)
        #expect(first.contains("repeat/90_grants.sql") && first.contains("0001_roles.sql"))
        #expect(try await migrator.migrate(configuration).isEmpty)
        try change(tree.appendingPathComponent("repeat/90_grants.sql"))
        let again = try await migrator.migrate(configuration)
        #expect(again.contains("repeat/20_log_append.sql") && !again.contains("0001_roles.sql"))
    }

    @Test func namesThePlacesSearchedWhenTheTreeIsMissing() {
        let error = SchemaError.missing(searched: ["/a", "/b"])
        #expect("\(error)".contains("searched /a, /b"))
        #expect("\(error)".contains("CHORUS_SCHEMA"))
    }

    private func copyOfTheTree() throws -> URL {
        let copy = URL(fileURLWithPath: try TestPostgres.temporaryFolder()).appendingPathComponent("schema-\(UUID())")
        try FileManager.default.copyItem(at: try SchemaFiles.find().folder, to: copy)
        return copy
    }

    private func change(_ file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data((text + "\n-- changed\n").utf8).write(to: file)
    }
}
