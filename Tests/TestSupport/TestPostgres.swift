import EmbeddedPostgres
import Foundation

/// A real PostgreSQL for tests: one cluster a test process, started at first use and gone when the process ends.
package enum TestPostgres {
    private static let clusters = TestClusters()

    /// A connection string (superuser) to a fresh, empty database of its own.
    package static func connectionString() async throws -> String {
        try await clusters.database(template: nil)
    }

    /// A connection string (superuser) to a fresh copy of a template database, which takes about 50 ms.
    ///
    /// The first call with a `name` makes the template: an empty database that `prepare` fills through the connection
    /// string it gets. It must have closed its connections when it returns. Other calls wait for the first one; when
    /// `prepare` throws, all of them throw its error.
    package static func connectionString(
        template name: String,
        prepare: @escaping @Sendable (String) async throws -> Void
    ) async throws -> String {
        try await clusters.prepare(name, with: prepare)
        return try await clusters.database(template: name)
    }

    /// A cluster that belongs to one test, which may kill it, stop it and start it again from its `home` (with
    /// `clusterSettings(home:durable:)`).
    package static func dedicatedCluster(durable: Bool) async throws -> EmbeddedPostgres {
        let folder = try TestFolder.path.get()
        return try await EmbeddedPostgres.start(clusterSettings(home: "\(folder)/\(UUID())", durable: durable))
    }

    /// Settings for a cluster whose every file is in this process's temporary folder.
    package static func clusterSettings(home: String, durable: Bool) throws -> EmbeddedPostgres.Settings {
        let folder = try TestFolder.path.get()
        var settings = EmbeddedPostgres.Settings(
            home: home,
            durable: durable,
            extra: ["shared_buffers": "128MB", "max_connections": "700"]
        )
        settings.sharedDataFolder = "\(folder)/data"
        settings.socketParent = folder
        return settings
    }

    /// This process's temporary folder, deleted when it ends; others may enter it.
    package static func temporaryFolder() throws -> String { try TestFolder.path.get() }
}

/// The process's shared cluster and the templates in it, each made once.
private actor TestClusters {
    private var shared: Task<EmbeddedPostgres, any Error>?
    private var templates: [String: Task<Void, any Error>] = [:]
    private var count = 0

    func database(template: String?) async throws -> String {
        count += 1
        let name = "test_\(count)"
        let cluster = try await cluster()
        try await cluster.create(database: name, template: template.map { "template_\($0)" } ?? "template0")
        return cluster.connectionString(database: name)
    }

    func prepare(_ name: String, with prepare: @escaping @Sendable (String) async throws -> Void) async throws {
        let task =
            templates[name]
            ?? Task {
                let cluster = try await cluster()
                try await cluster.create(database: "template_\(name)", template: "template0")
                try await prepare(cluster.connectionString(database: "template_\(name)"))
            }
        templates[name] = task
        try await task.value
    }

    private func cluster() async throws -> EmbeddedPostgres {
        let task =
            shared
            ?? Task {
                let folder = try TestFolder.path.get()
                let settings = try TestPostgres.clusterSettings(home: "\(folder)/shared", durable: false)
                return try await EmbeddedPostgres.start(settings)
            }
        shared = task
        return try await task.value
    }
}

extension EmbeddedPostgres {
    /// Runs SQL with psql as the superuser and returns its unaligned, tuples-only output; throws psql's words when any
    /// statement fails.
    package func psql(_ sql: String, database: String = "chorus") async throws -> String {
        let command = Command(
            "\(programs)/psql",
            [
                "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1",
                "--command=\(sql)", "--dbname=\(connectionString(database: database))",
            ]
        )
        let result = try await command.run()
        guard result.status == 0 else { throw PsqlFailure(status: result.status, output: result.output) }
        return result.output.trimmingCharacters(in: .newlines)
    }

    func create(database: String, template: String) async throws {
        _ = try await psql(#"CREATE DATABASE "\#(database)" TEMPLATE "\#(template)""#, database: "postgres")
    }
}

/// What psql said when it failed.
package struct PsqlFailure: Error, CustomStringConvertible {
    package let status: Int32
    package let output: String

    package var description: String { "psql ended with status \(status): \(output)" }
}
