import EventSourcing
import Foundation
import Postgres

/// Makes a tenant's rows and its two database logins; needs an operator's connection.
package enum TenantCreation {
    /// The database login of a tenant's audience: `chorus_<code>_analyst`.
    package static func login(tenant code: String, audience: String) -> String {
        "chorus_\(code)_\(audience)"
    }

    /// Creates what is missing; calling it again changes nothing.
    package static func create(
        code: String,
        timeZone: String,
        language: String,
        k: Int,
        channels: [String],
        on connection: PostgresConnection
    ) async throws -> TenantID {
        let rows = try await connection.query(
            "SELECT log.create_tenant(\(code), \(timeZone), \(language), \(Int32(k)), \(channels))"
        )
        guard let row = rows.first else { throw StoreFailure.unavailable("log.create_tenant returned nothing") }
        let tenant = TenantID(rawValue: try row.decode(0, as: Int32.self))
        for audience in ["analyst", "reviewer"] {
            let login = login(tenant: code, audience: audience)
            var attempts = 0
            while true {
                do {
                    try await createLogin(login, audience, tenant, on: connection)
                    break
                } catch let error as PostgresError where attempts < 10 && isRivalry(error) {
                    attempts += 1
                    try await Task.sleep(for: .milliseconds(Int.random(in: 5...50)))
                }
            }
        }
        return tenant
    }

    /// Roles belong to the whole cluster: another database may be changing the same one ("tuple concurrently updated").
    private static func isRivalry(_ error: PostgresError) -> Bool {
        error.sqlState == .uniqueViolation || error.sqlState?.rawValue == "XX000"
    }

    private static func createLogin(
        _ login: String,
        _ audience: String,
        _ tenant: TenantID,
        on connection: PostgresConnection
    ) async throws {
        let exists = try await connection.query("SELECT 1 FROM pg_roles WHERE rolname = \(login)")
        if exists.isEmpty {
            do {
                try await connection.run(script: "CREATE ROLE \(identifier: login) LOGIN")
            } catch {
                // Another database of this cluster may have made it just now.
                let isThere: [SQLState?] = [.duplicateObject, .uniqueViolation]
                guard isThere.contains(error.sqlState) else { throw error }
            }
        }
        let group = "chorus_\(audience)"
        try await connection.run(
            script: """
                GRANT \(identifier: group) TO \(identifier: login);
                GRANT \(identifier: login) TO chorus_app;
                ALTER ROLE \(identifier: login) SET default_transaction_read_only = on;
                ALTER ROLE \(identifier: login) SET statement_timeout = '60s';
                ALTER ROLE \(identifier: login) SET idle_in_transaction_session_timeout = '60s';
                ALTER ROLE \(identifier: login) CONNECTION LIMIT 16;
                ALTER ROLE \(identifier: login) SET search_path = \(identifier: audience == "analyst" ? "aggregates" : "review");
                """
        )
        try await connection.execute(
            """
            INSERT INTO access.logins (login, tenant_id, audience)
            VALUES (\(login), \(tenant.rawValue), \(audience))
            ON CONFLICT (login) DO NOTHING
            """
        )
    }
}
