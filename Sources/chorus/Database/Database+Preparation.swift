import EventLog
import Postgres
import Projectors

extension Database {
    /// The oldest PostgreSQL whose features the schema uses.
    static let oldestVersion = 14

    /// Says what is wrong with a server that is too old, or too forgetful, before anything else goes wrong.
    func checkVersion() async throws {
        let connection = try await PostgresConnection.connect(operating)
        do {
            let rows = try await connection.query("SELECT current_setting('server_version_num')::integer")
            let number = try rows.first?.decode(0, as: Int32.self) ?? 0
            guard number >= Int32(Self.oldestVersion * 10_000) else {
                throw Complaint(
                    "PostgreSQL \(number / 10_000) is too old; Chorus needs \(Self.oldestVersion) or newer. "
                        + "Point DATABASE_URL to a newer server"
                )
            }
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Says which setting of the database could lose what it acknowledged; works before the first migration too.
    func checkDurability() async throws {
        let connection = try await PostgresConnection.connect(operating.with(parameter: "synchronous_commit", "on"))
        do {
            // This may be the first connection to a restored database, and what it notices is not noticed again.
            try await DurableConnection.check(allowsVolatile: settings.allowsVolatileDatabase, notice: warn)(connection)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Brings the schema to this binary's, and rebuilds what an older version of a projector had built.
    ///
    /// - Returns: the files that were applied.
    func migrate() async throws -> [String] {
        let projectors = AllProjectors.make()
        let migrator = Migrator(files: files, logger: settings.logger)
        var outdated: [String] = []
        let applied = try await migrator.migrate(operating) { connection in
            outdated = try await Generations(files: files).ensureLive(projectors, on: connection)
        }
        if !applied.isEmpty { Console.note("The database was brought up to date (\(applied.count) files)") }
        while !outdated.isEmpty {
            Console.note(
                "This version counts differently in \(outdated.joined(separator: ", ")): rebuilding before serving"
            )
            do {
                // The old one counts differently, so nobody goes back to it.
                var options = Rebuild.Options()
                options.dropsOld = true
                options.parallel = Rebuild.Options.width
                _ = try await rebuild(projectors.filter { outdated.contains($0.name) }, options)
                break
            } catch let running as RebuildRunning {
                Console.note("Another node rebuilds \(running.projector) at present; waiting for it")
                try await Task.sleep(for: .seconds(1))
            }
            _ = try await migrator.migrate(operating) { connection in
                outdated = try await Generations(files: files).ensureLive(projectors, on: connection)
            }
        }
        return applied
    }

    /// Rebuilds projectors in one pass over the log, with a bar.
    func rebuild(
        _ projectors: [any PostgresProjector],
        _ options: Rebuild.Options
    ) async throws -> [Rebuild.Outcome] {
        try await withRebuild(writers: options.parallel) { rebuild in
            let name = projectors.count == 1 ? projectors[0].name : "\(projectors.count) read models"
            let bar = ProgressBar(name, unit: "events")
            let outcomes = try await rebuild.run(projectors, options) { progress in
                bar.show(done: Int(progress.done), of: Int(progress.total))
            }
            bar.finish()
            return outcomes
        }
    }

    /// Lends a rebuild with connections of its own.
    func withRebuild<Value>(writers: Int = 1, _ body: (Rebuild) async throws -> Value) async throws -> Value {
        // A comparison of large tables takes what it takes.
        try await withOperators(size: 4 + writers, statementTimeout: nil) { pool in
            try await body(Rebuild(pool: pool, files: files, logger: settings.logger))
        }
    }
}
