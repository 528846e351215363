import EventLog
import EventSourcing
import Foundation
import Logging
import Postgres
import TestSupport

/// A migrated database of its own with two tenants, and the pools on it.
struct TestLog {
    let connectionString: String
    let operators: PostgresPool
    let pool: PostgresPool
    let files: SchemaFiles

    static let tenants = [TenantID(rawValue: 1), TenantID(rawValue: 2)]

    static func make() async throws -> TestLog {
        let files = try SchemaFiles.find()
        let connectionString = try await TestPostgres.connectionString(template: "event_log") { template in
            let configuration = try PostgresConfiguration(connectionString: template)
            try await Migrator(files: files, logger: Logger(label: "test")).migrate(configuration) { connection in
                for code in ["one", "two"] {
                    _ = try await TenantCreation.create(
                        code: code,
                        timeZone: "Asia/Shanghai",
                        language: "zh",
                        k: 3,
                        channels: ["web", "forum"],
                        on: connection
                    )
                }
            }
        }
        return try TestLog(connectionString: connectionString, files: files)
    }

    init(connectionString: String, files: SchemaFiles) throws {
        let configuration = try PostgresConfiguration(connectionString: connectionString)
        self.connectionString = connectionString
        self.files = files
        operators = PostgresPool(configuration, size: 4)
        pool = PostgresPool(
            DurableConnection.configuration(configuration),
            size: 8,
            onConnect: DurableConnection.check(allowsVolatile: true)
        )
    }

    func close() async {
        await pool.close()
        await operators.close()
    }
}

/// A thing with a number: the smallest decider that can refuse.
enum Counter {
    static func stream(_ id: UUID = UUID()) -> StreamID { StreamID(type: "counter", id: id) }

    struct TooHigh: Rejection, Equatable {
        var code: String { "too-high" }
        var detail: String { "the counter would pass its limit" }
        var isStateConflict: Bool { true }
    }

    /// Adds one event as long as the stream has fewer than `limit`.
    static func increment(_ stream: StreamID, limit: Int = .max, by actor: String = "test") -> Submission {
        Submission(tenant: TestLog.tenants[0], stream: stream, actor: actor) { known in
            guard known.history.count < limit else { throw TooHigh() }
            return Decision(events: [event(known.history.count + 1)])
        }
    }

    static func event(_ number: Int) -> NewEvent {
        NewEvent(type: "Counted", schemaVersion: 1, body: Array("{\"n\":\(number)}".utf8))
    }
}
