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
        _ projector: some PostgresProjector,
        report: @Sendable (Progress) -> Void
    ) async throws -> Outcome {
        try await pool.withConnection { holder in
            let key = Self.lockName(of: projector.name)
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
        _ projector: some PostgresProjector,
        report: @Sendable (Progress) -> Void
    ) async throws -> Outcome {
        // Whatever is being built was left behind by a rebuild that died: the lock says that none is running.
        try await pool.execute(
            """
            UPDATE projections.generations
            SET state = 'retired'
            WHERE projector = \(projector.name)
                AND state = 'building'
            """
        )
        try await dropRetired(projector.name)
        let generation = try await pool.withTransaction { connection in
            try await generations.create(projector, on: connection)
        }
        let step = ProjectionStep(pool: pool, files: files, logger: logger)
        // The log and the live generation move on meanwhile: go on until little is left for the switch.
        for _ in 0..<20 {
            let left = try await catchUp(projector, generation, step, report: report)
            if left <= step.batchSize { break }
        }
        let outcome = try await switchOver(projector, generation, step)
        try await dropRetired(projector.name)
        return outcome
    }

    /// One tenant's way: from where the new generation is to where it should be.
    private struct Stretch {
        let tenant: TenantID
        let position: Position
        let goal: Position
    }

    /// Where the new generation should go: never past a live one that it will be compared with, else to the head.
    private func stretches(_ generation: Int32, upTo live: Int32?) async throws -> [Stretch] {
        try await pool.execute(
            """
            INSERT INTO projections.checkpoints (tenant_id, generation)
            SELECT h.tenant_id, \(generation)
            FROM log.heads AS h
            ON CONFLICT (tenant_id, generation) DO NOTHING
            """
        )
        let rows = try await pool.query(
            """
            SELECT h.tenant_id, c.position, CASE WHEN \(live)::integer IS NULL THEN h.position ELSE COALESCE(l.position, 0) END
            FROM log.heads AS h
            JOIN projections.checkpoints AS c
                ON c.tenant_id = h.tenant_id
                AND c.generation = \(generation)
            LEFT JOIN projections.checkpoints AS l
                ON l.tenant_id = h.tenant_id
                AND l.generation = \(live)
            ORDER BY h.tenant_id
            """
        )
        return try rows.map { row in
            let (tenant, position, goal) = try row.decode((Int32, Int64, Int64).self)
            return Stretch(tenant: TenantID(rawValue: tenant), position: position, goal: goal)
        }
    }

    /// The live generation, when it was built by this version and so can be compared.
    private func comparable(_ projector: some PostgresProjector) async throws -> Int32? {
        let live = try await pool.withConnection { try await generations.live(projector.name, on: $0) }
        return live?.version == projector.version ? live?.generation : nil
    }

    /// - Returns: how many events came meanwhile.
    private func catchUp(
        _ projector: some PostgresProjector,
        _ generation: Int32,
        _ step: ProjectionStep,
        report: @Sendable (Progress) -> Void
    ) async throws -> Position {
        let live = try await comparable(projector)
        let stretches = try await stretches(generation, upTo: live)
        let total = stretches.reduce(0) { $0 + $1.goal }
        var finished: Position = 0
        for stretch in stretches {
            let before = finished
            finished += try await step.catchUp(
                projector,
                generation: generation,
                tenant: stretch.tenant,
                from: stretch.position,
                to: stretch.goal
            ) { reached in
                report(Progress(projector: projector.name, done: before + reached, total: total))
            }
        }
        report(Progress(projector: projector.name, done: finished, total: max(total, finished)))
        return try await self.stretches(generation, upTo: live).reduce(0) { $0 + $1.goal - $1.position }
    }

    /// Stops the live generation for as long as it takes to catch up its last events and move the views.
    ///
    /// Gives way to running queries: a view that is being read makes it let go and try again. The comparison is made
    /// once, at a position that both had in common.
    private func switchOver(
        _ projector: some PostgresProjector,
        _ generation: Int32,
        _ step: ProjectionStep
    ) async throws -> Outcome {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(180))
        var compared: [String: Int]?
        while true {
            do {
                return try await pool.withTransaction { connection in
                    try await connection.execute("SELECT set_config('lock_timeout', '50ms', true)")
                    // A starting server makes views under the same lock, of the generation that it finds live.
                    try await connection.execute("SELECT pg_advisory_xact_lock(\(Migrator.lock))")
                    let old = try await holdLive(projector.name, on: connection)
                    let isComparable = old?.version == projector.version
                    let events = try await catchUpUnderHold(
                        projector,
                        generation,
                        isComparable ? old?.generation : nil,
                        step
                    )
                    if let old, isComparable, compared == nil {
                        compared = try await compare(projector, old.generation, generation, on: connection)
                    }
                    try await generations.makeViews(projector, generation, on: connection)
                    try await makeLive(projector.name, generation, on: connection)
                    return Outcome(
                        projector: projector.name,
                        generation: generation,
                        events: events,
                        differences: compared
                    )
                }
            } catch let error as PostgresError where error.sqlState == .lockNotAvailable && clock.now < deadline {
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...100)))
            }
        }
    }

    private func makeLive(_ projector: String, _ generation: Int32, on connection: PostgresConnection) async throws {
        try await connection.execute(
            """
            UPDATE projections.generations
            SET state = 'retired'
            WHERE projector = \(projector)
                AND state = 'live'
            """
        )
        let made = try await connection.execute(
            """
            UPDATE projections.generations
            SET state = 'live', switched_at = now()
            WHERE generation = \(generation)
                AND state = 'building'
            """
        )
        guard made == 1 else { throw Fenced(projector: projector) }
    }

    private func holdLive(
        _ projector: String,
        on connection: PostgresConnection
    ) async throws -> (generation: Int32, version: Int)? {
        let rows = try await connection.query(
            """
            SELECT g.generation, g.projector_version
            FROM projections.generations AS g
            WHERE g.projector = \(projector)
                AND g.state = 'live'
            FOR UPDATE
            """
        )
        return try rows.first.map { row in
            let (generation, version) = try row.decode((Int32, Int32).self)
            return (generation, Int(version))
        }
    }

    /// The live generation stands still here, so both end at the same position of every tenant.
    private func catchUpUnderHold(
        _ projector: some PostgresProjector,
        _ generation: Int32,
        _ live: Int32?,
        _ step: ProjectionStep
    ) async throws -> Position {
        var events: Position = 0
        for stretch in try await stretches(generation, upTo: live) {
            events += try await step.catchUp(
                projector,
                generation: generation,
                tenant: stretch.tenant,
                from: stretch.position,
                to: stretch.goal
            )
        }
        return events
    }

    /// Rows that stand in one of two generations only; by tenant, because a tenant's rows lie on one server.
    private func compare(
        _ projector: some PostgresProjector,
        _ old: Int32,
        _ new: Int32,
        on connection: PostgresConnection
    ) async throws -> [String: Int] {
        var differences: [String: Int] = [:]
        let heads = try await connection.query("SELECT h.tenant_id FROM log.heads AS h ORDER BY h.tenant_id")
        let tenants = try heads.map { try $0.decode(0, as: Int32.self) }
        for table in projector.comparedTables {
            var count = 0
            for (left, right) in [(old, new), (new, old)] {
                let statement: UtilitySQL = """
                    SELECT count(*)
                    FROM (
                        SELECT * FROM \(identifier: Generations.schema(left)).\(identifier: table) WHERE tenant_id = $1
                        EXCEPT ALL
                        SELECT * FROM \(identifier: Generations.schema(right)).\(identifier: table) WHERE tenant_id = $1
                    ) AS d
                    """
                for tenant in tenants {
                    let rows = try await connection.query(SQL(statement.text, [tenant]))
                    count += try rows.first?.decode(0, as: Int.self) ?? 0
                }
            }
            if count > 0 { differences[table] = count }
        }
        return differences
    }

    /// Retired generations are dropped one by one; one that is still being read is left to the next rebuild.
    private func dropRetired(_ projector: String) async throws {
        let rows = try await pool.query(
            """
            SELECT g.generation
            FROM projections.generations AS g
            WHERE g.projector = \(projector)
                AND g.state = 'retired'
            """
        )
        for row in rows {
            let generation = try row.decode(0, as: Int32.self)
            do {
                try await drop(generation)
            } catch let error as PostgresError where error.sqlState == .lockNotAvailable {
                logger.warning(
                    "a retired generation is still being read; the next rebuild drops it",
                    metadata: ["generation": "\(generation)"]
                )
            }
        }
    }

    private func drop(_ generation: Int32) async throws {
        try await pool.withTransaction { connection in
            try await connection.run(
                script: "DROP SCHEMA IF EXISTS \(identifier: Generations.schema(generation)) CASCADE"
            )
            for table in ["checkpoints", "parked_streams", "complaints", "generations"] {
                let statement: UtilitySQL =
                    "DELETE FROM projections.\(identifier: table) WHERE generation = \(literal: generation)"
                try await connection.run(script: statement)
            }
        }
    }
}

/// Another process is rebuilding this projector.
package struct RebuildRunning: Error, CustomStringConvertible {
    package let projector: String
    package var description: String { "projector \(projector) is being rebuilt by another process; wait for that one" }
}
