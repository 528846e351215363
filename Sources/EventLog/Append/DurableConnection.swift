import Postgres

/// The settings without which an acknowledged command could be lost.
package enum DurableConnection {
    /// Startup options of the server's connections: its role, and `synchronous_commit`.
    package static func configuration(_ base: PostgresConfiguration, role: String = "chorus_app")
        -> PostgresConfiguration
    {
        var configuration = base
        configuration.runtimeParameters.append(("role", role))
        configuration.runtimeParameters.append(("synchronous_commit", "on"))
        return configuration
    }

    /// The same for connections that append, with the time that an append may take.
    ///
    /// The lock that it waits for is the tenant's head row, held for milliseconds: after two seconds its holder hangs, and
    /// the wait ends so that commands can be tried again or answered within their patience. A full batch is written in
    /// well under a second: after ten the database has stopped writing. No append leaves a transaction open between two
    /// statements, so that one which does is a mistake and must not hold the lock.
    package static func appends(_ base: PostgresConfiguration) -> PostgresConfiguration {
        var configuration = configuration(base)
        configuration.lockTimeout = .seconds(2)
        configuration.statementTimeout = .seconds(10)
        configuration.idleInTransactionTimeout = .seconds(5)
        return configuration
    }

    /// Reads the settings back at connect.
    ///
    /// - Parameters:
    ///   - allowsVolatile: tests may run with fsync off; a server never does.
    ///   - notice: told of every tenant whose log goes on in a restored, copied or promoted database.
    package static func check(
        allowsVolatile: Bool,
        notice: @escaping @Sendable (EpochNotice) -> Void = { _ in }
    ) -> @Sendable (PostgresConnection) async throws -> Void {
        { connection in
            let rows = try await connection.query(
                """
                SELECT current_setting('synchronous_commit'), current_setting('fsync'),
                    current_setting('full_page_writes')
                """
            )
            guard let row = rows.first else { throw NotDurable(setting: "synchronous_commit", value: "unknown") }
            let (commit, fsync, pages) = try row.decode((String, String, String).self)
            guard ["on", "remote_apply"].contains(commit) else {
                throw NotDurable(setting: "synchronous_commit", value: commit)
            }
            try await checkLogs(connection)
            if !allowsVolatile {
                guard fsync == "on" else { throw NotDurable(setting: "fsync", value: fsync) }
                guard pages == "on" else { throw NotDurable(setting: "full_page_writes", value: pages) }
            }
            for changed in try await EpochNotice.look(on: connection) { notice(changed) }
        }
    }

    /// People's words are bound as parameters: a server that logs those would keep them where nobody can forget them.
    private static func checkLogs(_ connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            """
            SELECT s.name, s.setting
            FROM pg_settings AS s
            WHERE (
                s.name = 'log_parameter_max_length'
                AND s.setting <> '0'
                AND (
                    current_setting('log_statement') IN ('mod', 'all')
                    OR EXISTS (
                        SELECT 1
                        FROM pg_settings AS d
                        WHERE d.name IN ('log_min_duration_statement', 'log_min_duration_sample')
                            AND d.setting <> '-1'
                    )
                    OR current_setting('log_duration') = 'on'
                )
            )
            OR (s.name = 'log_parameter_max_length_on_error' AND s.setting <> '0')
            """
        )
        guard let row = rows.first else { return }
        let (name, value) = try row.decode((String, String).self)
        throw WordsInLogs(setting: name, value: value)
    }
}

/// The database is set so that people's words would reach its log.
package struct WordsInLogs: Error, CustomStringConvertible {
    package let setting: String
    package let value: String

    package var description: String {
        "PostgreSQL runs with \(setting) = \(value) and logs statements: people's words would reach its log. "
            + "Set \(setting) to 0 for this database"
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
