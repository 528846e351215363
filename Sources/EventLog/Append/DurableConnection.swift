import Postgres

/// The settings without which an acknowledged command could be lost.
package enum DurableConnection {
    /// Startup options of the server's connections: its role, and `synchronous_commit`.
    package static func configuration(_ base: PostgresConfiguration, role: String = "chorus_app") -> PostgresConfiguration {
        var configuration = base
        configuration.runtimeParameters.append(("role", role))
        configuration.runtimeParameters.append(("synchronous_commit", "on"))
        return configuration
    }

    /// Reads the settings back at connect.
    ///
    /// - Parameter allowsVolatile: tests may run with fsync off; a server never does.
    package static func check(allowsVolatile: Bool) -> @Sendable (PostgresConnection) async throws -> Void {
        { connection in
            let rows = try await connection.query(
                """
                SELECT current_setting('synchronous_commit'), current_setting('fsync'),
                    current_setting('full_page_writes')
                """)
            guard let row = rows.first else { throw NotDurable(setting: "synchronous_commit", value: "unknown") }
            let (commit, fsync, pages) = try row.decode((String, String, String).self)
            guard ["on", "remote_apply"].contains(commit) else {
                throw NotDurable(setting: "synchronous_commit", value: commit)
            }
            if !allowsVolatile {
                guard fsync == "on" else { throw NotDurable(setting: "fsync", value: fsync) }
                guard pages == "on" else { throw NotDurable(setting: "full_page_writes", value: pages) }
            }
        }
    }
}

/// The database is set so that it may lose what it acknowledged.
package struct NotDurable: Error, CustomStringConvertible {
    package let setting: String
    package let value: String

    package var description: String {
        "PostgreSQL runs with \(setting) = \(value): it could lose messages that it acknowledged. Set it to on"
    }
}
