import EventSourcing
import Logging
import Postgres

/// Builds a projector's next generation from the log beside the live one, compares the two, and switches.
///
/// Readers and the live generation go on meanwhile; the switch itself holds its locks for an instant and gives way to
/// running queries.
package struct Rebuild: Sendable {
    /// What a rebuild tells while it works.
    package struct Progress: Sendable {
        package let projector: String
        package let done: Position
        package let total: Position
    }

    /// How the new generation compares with the one that it replaced, at the same position.
    package struct Outcome: Sendable {
        package let projector: String
        package let generation: Int32
        package let events: Position
        /// Rows in one generation only, by table; empty: they are equal. Nil: another version built the old one.
        package let differences: [String: Int]?
    }

    private let pool: PostgresPool
    private let files: SchemaFiles
    private let logger: Logger
    private let generations: Generations

    /// - Parameter pool: an operator's connections, at least three.
    package init(pool: PostgresPool, files: SchemaFiles, logger: Logger) {
        self.pool = pool
        self.files = files
        self.logger = logger
        self.generations = Generations(files: files)
    }

    /// - Throws: `RebuildRunning` when another process rebuilds the same projector.
    package func run(
        _ projector: some PostgresProjector, report: @Sendable (Progress) -> Void
    ) async throws -> Outcome {
        try await pool.withConnection { holder in
            let key = "chorus rebuild \(projector.name)"
            let locked = try await holder.query("SELECT pg_try_advisory_lock(hashtextextended(\(key), 0))")
            guard try locked.first?.decode(0, as: Bool.self) == true else {
                throw RebuildRunning(projector: projector.name)
            }
            do {
                let outcome = try await build(projector, report: report)
                try await holder.execute("SELECT pg_advisory_unlock(hashtextextended(\(key), 0))")
                return outcome
            } catch {
                // Should this fail too, closing the connection frees the lock.
                _ = try? await holder.execute("SELECT pg_advisory_unlock(hashtextextended(\(key), 0))")
                throw error
            }
        }
    }

    private func build(
        _ projector: some PostgresProjector, report: @Sendable (Progress) -> Void
    ) async throws -> Outcome {
        // Whatever is being built was left behind by a rebuild that died: the lock says that none is running.
        try await pool.execute(
            """
            UPDATE projections.generations
            SET state = 'retired'
            WHERE projector = \(projector.name)
                AND state = 'building'
            """)
        try await dropRetired(projector.name)
        let generation = try await pool.withTransaction { connection in
            let generation = try await generations.create(projector, on: connection)
            try await connection.execute(
                """
                INSERT INTO projections.checkpoints (tenant_id, generation)
                SELECT h.tenant_id, \(generation)
                FROM log.heads AS h
                """)
            return generation
        }
        let step = ProjectionStep(pool: pool, files: files, logger: logger)
        try await catchUp(projector, generation, step, report: report)
        let outcome = try await switchOver(projector, generation, step)
        try await dropRetired(projector.name)
        return outcome
    }

    private func catchUp(
        _ projector: some PostgresProjector, _ generation: Int32, _ step: ProjectionStep,
        report: @Sendable (Progress) -> Void
    ) async throws {
        let tenants = try await checkpoints(generation)
        let total = tenants.reduce(0) { $0 + $1.head }
        var finished: Position = 0
        for tenant in tenants {
            let before = finished
            finished += try await step.catchUp(
                projector, generation: generation, tenant: tenant.id, from: tenant.position, to: tenant.head
            ) { reached in
                report(Progress(projector: projector.name, done: before + reached, total: total))
            }
        }
        report(Progress(projector: projector.name, done: finished, total: max(total, finished)))
    }

    /// Stops the live generation for as long as it takes to catch up its last events, compare, and move the views.
    private func switchOver(
        _ projector: some PostgresProjector, _ generation: Int32, _ step: ProjectionStep
    ) async throws -> Outcome {
        var attempt = 0
        while true {
            do {
                return try await pool.withTransaction { connection in
                    try await connection.execute("SELECT set_config('lock_timeout', '50ms', true)")
                    let old = try await holdLive(projector.name, on: connection)
                    let events = try await catchUpToLive(projector, generation, old?.generation, step, on: connection)
                    var differences: [String: Int]?
                    if let old, old.version == projector.version {
                        differences = try await compare(projector, old.generation, generation, on: connection)
                    }
                    try await generations.makeViews(projector, generation, on: connection)
                    try await connection.execute(
                        """
                        UPDATE projections.generations
                        SET state = 'retired'
                        WHERE projector = \(projector.name)
                            AND state = 'live'
                        """)
                    try await connection.execute(
                        """
                        UPDATE projections.generations
                        SET state = 'live', switched_at = now()
                        WHERE generation = \(generation)
                        """)
                    return Outcome(
                        projector: projector.name, generation: generation, events: events, differences: differences)
                }
            } catch let error as PostgresError where error.sqlState == .lockNotAvailable && attempt < 200 {
                attempt += 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...100)))
            }
        }
    }

    private func holdLive(
        _ projector: String, on connection: PostgresConnection
    ) async throws -> (generation: Int32, version: Int)? {
        let rows = try await connection.query(
            """
            SELECT g.generation, g.projector_version
            FROM projections.generations AS g
            WHERE g.projector = \(projector)
                AND g.state = 'live'
            FOR UPDATE
            """)
        return try rows.first.map { row in
            let (generation, version) = try row.decode((Int32, Int32).self)
            return (generation, Int(version))
        }
    }

    /// The live generation stands still here, so both end at the same position of every tenant.
    private func catchUpToLive(
        _ projector: some PostgresProjector, _ generation: Int32, _ live: Int32?, _ step: ProjectionStep,
        on connection: PostgresConnection
    ) async throws -> Position {
        var events: Position = 0
        let targets = try await checkpoints(live ?? generation)
        for tenant in try await checkpoints(generation) {
            let target = targets.first { $0.id == tenant.id }?.position ?? tenant.position
            events += try await step.catchUp(
                projector, generation: generation, tenant: tenant.id, from: tenant.position, to: target)
        }
        return events
    }

    private func checkpoints(_ generation: Int32) async throws -> [(id: TenantID, position: Position, head: Position)] {
        let rows = try await pool.query(
            """
            SELECT h.tenant_id, COALESCE(c.position, 0), h.position
            FROM log.heads AS h
            LEFT JOIN projections.checkpoints AS c
                ON c.tenant_id = h.tenant_id
                AND c.generation = \(generation)
            ORDER BY h.tenant_id
            """)
        return try rows.map { row in
            let (tenant, position, head) = try row.decode((Int32, Int64, Int64).self)
            return (TenantID(rawValue: tenant), position, head)
        }
    }

    /// Rows that stand in one of two generations only.
    private func compare(
        _ projector: some PostgresProjector, _ old: Int32, _ new: Int32, on connection: PostgresConnection
    ) async throws -> [String: Int] {
        var differences: [String: Int] = [:]
        for table in projector.comparedTables {
            var count = 0
            for (left, right) in [(old, new), (new, old)] {
                let statement: UtilitySQL = """
                    SELECT count(*)
                    FROM (
                        SELECT * FROM \(identifier: Generations.schema(left)).\(identifier: table)
                        EXCEPT ALL
                        SELECT * FROM \(identifier: Generations.schema(right)).\(identifier: table)
                    ) AS d
                    """
                let rows = try await connection.query(SQL(statement.text))
                count += try rows.first?.decode(0, as: Int.self) ?? 0
            }
            if count > 0 { differences[table] = count }
        }
        return differences
    }

    /// Retired generations are dropped one by one, each when no query reads it any more.
    private func dropRetired(_ projector: String) async throws {
        let rows = try await pool.query(
            """
            SELECT g.generation
            FROM projections.generations AS g
            WHERE g.projector = \(projector)
                AND g.state = 'retired'
            """)
        for row in rows {
            let generation = try row.decode(0, as: Int32.self)
            try await pool.withTransaction { connection in
                try await connection.run(
                    script: "DROP SCHEMA IF EXISTS \(identifier: Generations.schema(generation)) CASCADE")
                for table in ["checkpoints", "parked_streams", "generations"] {
                    let statement: UtilitySQL =
                        "DELETE FROM projections.\(identifier: table) WHERE generation = \(literal: generation)"
                    try await connection.run(script: statement)
                }
            }
        }
    }
}

/// Another process is rebuilding this projector.
package struct RebuildRunning: Error, CustomStringConvertible {
    package let projector: String
    package var description: String { "projector \(projector) is being rebuilt by another process; wait for that one" }
}
