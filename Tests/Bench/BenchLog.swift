import ArgumentParser
import EventLog
import EventSourcing
import Foundation
import Postgres

/// The log of a tenant, appended to through the same road, pool and settings as by a server; no HTTP, no projectors.
struct BenchLog {
    let store: PostgresEventStore
    let tenant: TenantRecord

    /// Opens the database of DATABASE_URL.
    static func with<Value>(_ body: (BenchLog) async throws -> Value) async throws -> Value {
        let pool = PostgresPool(
            DurableConnection.appends(try database()),
            size: 2,
            onConnect: DurableConnection.check(allowsVolatile: false)
        )
        do {
            guard let tenant = try await TenantDirectory(pool: pool).tenant(code: "default") else {
                throw ValidationError("there is no tenant default in the database of DATABASE_URL")
            }
            let value = try await body(BenchLog(store: PostgresEventStore(pool: pool), tenant: tenant))
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    static func database() throws -> PostgresConfiguration {
        guard let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty else {
            throw ValidationError("DATABASE_URL must name the database")
        }
        return try PostgresConfiguration(connectionString: url)
    }
}
