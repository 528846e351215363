import EventSourcing
import Logging
import Postgres

/// Points the views at another generation, after comparing it with the live one at the same position.
///
/// The live generation stands still twice, each time for as long as the other one needs for its last events: once for a
/// snapshot in which both are compared while it goes on, and once to move the views.
struct Switch: Sendable {
    private let rebuild: Rebuild
    private let step: ProjectionStep

    /// How long it gives way to queries that are reading the views.
    private static let patience = Duration.seconds(180)

    init(_ rebuild: Rebuild, step: ProjectionStep) {
        self.rebuild = rebuild
        self.step = step
    }

    func over(to run: ProjectionRun, keepsOld: Bool) async throws -> Rebuild.Outcome {
        let comparison = try await compare(run)
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: Self.patience)
        while true {
            do {
                let events = try await switchOver(run, keepsOld: keepsOld)
                try await rebuild.records.dropRetired(run.projector.name)
                return Rebuild.Outcome(
                    projector: run.projector.name,
                    generation: run.generation,
                    events: events,
                    comparison: comparison
                )
            } catch let error as PostgresError where error.sqlState == .lockNotAvailable && clock.now < deadline {
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...100)))
            }
        }
    }

    /// Nil: another version built the live one, or there is none.
    private func compare(_ run: ProjectionRun) async throws -> GenerationComparison? {
        try await rebuild.pool.withConnection { reader in
            try await reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            do {
                let live = try await rebuild.pool.withTransaction { connection -> Int32? in
                    let old = try await holdLive(run.projector.name, on: connection)
                    guard let old, old.version == run.projector.version else { return nil }
                    _ = try await catchUpUnderHold(run)
                    // The first statement takes the snapshot, while the live generation stands still.
                    try await reader.execute("SELECT FROM projections.generations")
                    return old.generation
                }
                var comparison: GenerationComparison?
                if let live {
                    comparison = try await GenerationComparison.make(
                        run.projector.comparedTables,
                        old: live,
                        new: run.generation,
                        on: reader,
                        lanes: rebuild.pool,
                        width: step.width
                    )
                }
                try await reader.execute("COMMIT")
                return comparison
            } catch {
                _ = try? await reader.execute("ROLLBACK")
                throw error
            }
        }
    }

    private func switchOver(_ run: ProjectionRun, keepsOld: Bool) async throws -> Position {
        try await rebuild.pool.withTransaction { connection in
            try await connection.execute("SELECT set_config('lock_timeout', '50ms', true)")
            // A starting server makes views under the same lock, of the generation that it finds live.
            try await connection.execute("SELECT pg_advisory_xact_lock(\(Migrator.lock))")
            let old = try await holdLive(run.projector.name, on: connection)
            let events = try await catchUpUnderHold(run)
            try await rebuild.generations.makeViews(run.projector, run.generation, on: connection)
            let isKept = keepsOld && old?.version == run.projector.version
            try await makeLive(run, old: isKept ? .kept : .retired, on: connection)
            return events
        }
    }

    private func makeLive(
        _ run: ProjectionRun,
        old: GenerationRecord.State,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            UPDATE projections.generations
            SET state = CASE WHEN state = 'live' THEN \(old.rawValue) ELSE 'retired' END
            WHERE projector = \(run.projector.name)
                AND generation <> \(run.generation)
                AND state IN ('live', 'kept')
            """
        )
        let made = try await connection.execute(
            """
            UPDATE projections.generations
            SET state = 'live', switched_at = now()
            WHERE generation = \(run.generation)
                AND state IN ('building', 'kept')
            """
        )
        guard made == 1 else { throw Fenced(projector: run.projector.name) }
    }

    /// Keeps the engine off the live generation until the transaction ends.
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
    ///
    /// - Returns: that position, over all tenants.
    private func catchUpUnderHold(_ run: ProjectionRun) async throws -> Position {
        let stretches = try await rebuild.stretches([run])
        try await rebuild.bring(stretches, [run], step, Rebuild.Options())
        return stretches.reduce(0) { $0 + $1.goal }
    }
}
