import EventSourcing
import Logging
import Postgres

/// One batch of one projector on one generation: read, fold, apply, move the checkpoint; all or nothing.
struct ProjectionStep: Sendable {
    let pool: PostgresPool
    let files: SchemaFiles
    let logger: Logger
    /// Events of one batch; any size gives the same rows.
    var batchSize = 4000

    /// Brings a generation from `position` to at least `target`, or as far as it gets before it is fenced out.
    ///
    /// - Parameter progress: called after each batch with the position reached.
    /// - Returns: the position reached.
    func catchUp(
        _ projector: some PostgresProjector,
        generation: Int32,
        tenant: TenantID,
        from position: Position,
        to target: Position,
        progress: (Position) async -> Void = { _ in }
    ) async throws -> Position {
        var reached = position
        let log = LogTables(pool: pool)
        let known = try await ParkedStreams.read(of: projector.name, generation, tenant, from: pool)
        var parked = known.streams
        while reached < target {
            let limit = min(batchSize, Int(target - reached))
            var events = try await log.events(of: tenant, after: reached, limit: limit)
            if let boundary = events.firstIndex(where: { projector.boundaryTypes.contains($0.type) }) {
                events.removeSubrange((boundary + 1)...)
            }
            guard let last = events.last?.position else { break }
            let before = parked.count
            let delta = fold(events, with: projector, without: known.skipped, parked: &parked)
            try await write(
                delta,
                with: projector,
                generation,
                tenant,
                from: reached,
                to: last,
                decisions: known.decisions,
                newlyParked: parked.count == before ? [] : parked.values.filter { $0.position > reached }
            )
            reached = last
            await progress(reached)
        }
        return reached
    }

    private func fold<P: PostgresProjector>(
        _ events: [RecordedEvent],
        with projector: P,
        without skipped: Set<Position>,
        parked: inout [StreamID: UndecodableEvent]
    ) -> P.Delta {
        var delta = projector.emptyDelta()
        for event in events where projector.eventTypes.contains(event.type) && parked[event.stream] == nil {
            if skipped.contains(event.position) { continue }
            do {
                try projector.fold(event, into: &delta)
            } catch {
                parked[event.stream] = error
                logger.error(
                    "an event cannot be read; its stream is parked",
                    metadata: [
                        "projector": "\(projector.name)", "stream": "\(event.stream)",
                        "position": "\(event.position)", "reason": "\(error.reason)",
                    ]
                )
            }
        }
        return delta
    }

    private func write<P: PostgresProjector>(
        _ delta: P.Delta,
        with projector: P,
        _ generation: Int32,
        _ tenant: TenantID,
        from: Position,
        to: Position,
        decisions: Int32,
        newlyParked: [UndecodableEvent]
    ) async throws {
        try await pool.withTransaction { connection in
            let schema = Generations.schema(generation)
            // Cells are named by texts of dates, which must not follow a login's taste.
            // Plans for the sizes that this batch has: a generic one takes every array for ten rows and loops over them.
            try await connection.execute(
                """
                SELECT
                    set_config('search_path', \(schema) || ', pg_catalog', true),
                    set_config('plan_cache_mode', 'force_custom_plan', true),
                    set_config('datestyle', 'ISO, YMD', true)
                """
            )
            let held = try await connection.query(
                """
                SELECT g.state
                FROM projections.generations AS g
                WHERE g.generation = \(generation)
                    AND g.state <> 'retired'
                FOR SHARE
                """
            )
            guard !held.isEmpty else { throw Fenced(projector: projector.name) }
            let moved = try await connection.execute(
                """
                UPDATE projections.checkpoints
                SET position = \(to), updated_at = statement_timestamp()
                WHERE tenant_id = \(tenant.rawValue)
                    AND generation = \(generation)
                    AND position = \(from)
                    AND decisions = \(decisions)
                """
            )
            guard moved == 1 else { throw Fenced(projector: projector.name) }
            for event in newlyParked {
                try await park(event, generation, tenant, on: connection)
            }
            try await projector.apply(
                delta,
                in: ProjectionContext(
                    connection: connection,
                    tenant: tenant,
                    generation: generation,
                    position: to,
                    files: files,
                    projector: projector.name
                )
            )
        }
    }

    private func park(
        _ event: UndecodableEvent,
        _ generation: Int32,
        _ tenant: TenantID,
        on connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO projections.parked_streams (tenant_id, generation, stream_id, position, reason)
            SELECT \(tenant.rawValue), \(generation), e.stream_id, e.position, \(event.reason)
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.position = \(event.position)
            ON CONFLICT (tenant_id, generation, stream_id) DO NOTHING
            """
        )
    }
}

/// Another instance moved this checkpoint, or the generation was retired: this one stops and looks again.
struct Fenced: Error, CustomStringConvertible {
    let projector: String
    var description: String { "another instance of projector \(projector) was first" }
}
