import Logging
import Postgres

/// Brings a database to the schema of this binary; safe when many start at once.
///
/// A session advisory lock lets one migrate while the others wait and then find nothing to do. Numbered files run once,
/// each in a transaction of its own, and are refused when their content changed afterwards; files in `repeat/` run
/// again, all in one transaction, when any of them changed.
package struct Migrator: Sendable {
    private let files: SchemaFiles
    private let logger: Logger

    /// "chorus" in a bigint: the advisory lock that migrators share.
    static let lock: Int64 = 0x6368_6F72_7573

    package init(files: SchemaFiles, logger: Logger) {
        self.files = files
        self.logger = logger
    }

    /// Applies what is missing, then runs `afterwards` under the same lock (making projectors' generations).
    ///
    /// - Returns: the names of the files that were applied.
    /// - Throws: `SchemaError`, `PostgresError`.
    @discardableResult
    package func migrate(
        _ configuration: PostgresConfiguration,
        afterwards: (PostgresConnection) async throws -> Void = { _ in }
    ) async throws -> [String] {
        var patient = configuration
        patient.lockTimeout = .seconds(60)
        patient.statementTimeout = .seconds(300)
        let connection = try await PostgresConnection.connect(patient)
        do {
            try await connection.execute("SELECT pg_advisory_lock(\(Self.lock))")
            var applied = try await runOnce(connection)
            applied += try await runRepeatable(connection)
            if !applied.isEmpty {
                try await connection.execute("SELECT projections.keep_distributed()")
                try await connection.execute("SELECT projections.delegate_append()")
            }
            try await afterwards(connection)
            try await connection.execute("SELECT pg_advisory_unlock(\(Self.lock))")
            await connection.close()
            return applied
        } catch {
            await connection.close()
            throw error
        }
    }

    private func runOnce(_ connection: PostgresConnection) async throws -> [String] {
        try await connection.run(
            script: """
                CREATE SCHEMA IF NOT EXISTS migrations;
                CREATE TABLE IF NOT EXISTS migrations.applied (
                    name       text        NOT NULL CONSTRAINT applied_pkey PRIMARY KEY,
                    checksum   text        NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                );
                COMMENT ON SCHEMA migrations IS 'Which SQL files this database has run.';
                COMMENT ON TABLE migrations.applied IS
                    'Numbered files ran once and never change; repeat/ files run again when their checksum changes.';
                """
        )
        let known = try await appliedFiles(connection)
        let present = try files.runOnce()
        let names = Set(present.map(\.name))
        for name in known.keys.sorted() where name.first?.isNumber == true && !names.contains(name) {
            throw SchemaError.newer(file: name)
        }
        var applied: [String] = []
        for file in present {
            if let checksum = known[file.name] {
                guard checksum == file.checksum else { throw SchemaError.changed(file: file.name) }
                continue
            }
            logger.info("migrating", metadata: ["file": "\(file.name)"])
            try await connection.withTransaction { connection in
                try await connection.run(script: UtilitySQL(trusted: file.text))
                try await record(file, on: connection)
            }
            applied.append(file.name)
        }
        return applied
    }

    private func runRepeatable(_ connection: PostgresConnection) async throws -> [String] {
        let known = try await appliedFiles(connection)
        let present = try files.repeatable()
        guard present.contains(where: { known[$0.name] != $0.checksum }) else { return [] }
        try await connection.withTransaction { connection in
            for file in present {
                try await connection.run(script: UtilitySQL(trusted: file.text))
                try await record(file, on: connection)
            }
        }
        return present.map(\.name)
    }

    private func appliedFiles(_ connection: PostgresConnection) async throws -> [String: String] {
        var known: [String: String] = [:]
        let rows = try await connection.query("SELECT name, checksum FROM migrations.applied")
        for row in rows {
            let (name, checksum) = try row.decode((String, String).self)
            known[name] = checksum
        }
        return known
    }

    private func record(_ file: SQLFile, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            INSERT INTO migrations.applied (name, checksum)
            VALUES (\(file.name), \(file.checksum))
            ON CONFLICT (name) DO UPDATE SET checksum = EXCLUDED.checksum, applied_at = now()
            """
        )
    }
}
