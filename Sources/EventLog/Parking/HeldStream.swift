import EventSourcing
import Foundation
import Postgres

/// A parked stream whose checkpoint stands still for the rest of a transaction.
struct HeldStream<Held: PostgresProjector>: Sendable {
    let projector: Held
    let files: SchemaFiles
    let connection: PostgresConnection
    let parked: ParkedStream
    let generation: Int32
    /// Everything up to here was read, but for this stream's events from the parked one on.
    let checkpoint: Position
    /// Positions that were skipped before.
    let skipped: Set<Position>

    private var tenant: Int32 { parked.tenant.rawValue }

    /// Locks in the order in which a batch does: the generation, then the checkpoint.
    ///
    /// - Throws: `ParkingRefusal`, `RebuildRunning`.
    static func hold(
        _ stream: UUID,
        of projector: Held,
        _ files: SchemaFiles,
        _ tenant: TenantID,
        on connection: PostgresConnection
    ) async throws -> HeldStream {
        // A generation that is being built may have read past the event already. The key is the one of Rebuild.
        let key = "chorus rebuild \(projector.name)"
        let free = try await connection.query(
            "SELECT pg_try_advisory_xact_lock_shared(hashtextextended(\(key), 0))"
        )
        guard try free.first?.decode(0, as: Bool.self) == true else {
            throw RebuildRunning(projector: projector.name)
        }
        let live = try await connection.query(
            """
            SELECT g.generation
            FROM projections.generations AS g
            WHERE g.projector = \(projector.name)
                AND g.projector_version = \(Int32(projector.version))
                AND g.state = 'live'
            FOR SHARE
            """
        )
        guard let generation = try live.first?.decode(0, as: Int32.self) else {
            throw ParkingRefusal.notLive(projector: projector.name)
        }
        let reached = try await connection.query(
            """
            SELECT c.position
            FROM projections.checkpoints AS c
            WHERE c.tenant_id = \(tenant.rawValue)
                AND c.generation = \(generation)
            FOR UPDATE
            """
        )
        let parked = try await connection.query(
            """
            SELECT e.stream_type, s.position, s.reason
            FROM projections.parked_streams AS s
            JOIN log.events AS e
                ON e.tenant_id = s.tenant_id
                AND e.position = s.position
            WHERE s.tenant_id = \(tenant.rawValue)
                AND s.generation = \(generation)
                AND s.stream_id = \(stream)
            """
        )
        guard let checkpoint = try reached.first?.decode(0, as: Int64.self), let row = parked.first else {
            throw ParkingRefusal.notParked(projector: projector.name)
        }
        let (type, position, reason) = try row.decode((String, Int64, String).self)
        let skips = try await connection.query(
            """
            SELECT d.position
            FROM projections.parked_decisions AS d
            WHERE d.tenant_id = \(tenant.rawValue)
                AND d.projector = \(projector.name)
                AND d.decision = 'skip'
                AND d.stream_id = \(stream)
            """
        )
        let skipped = Set(try skips.map { try $0.decode(0, as: Int64.self) })
        guard !skipped.contains(position) else {
            throw ParkingRefusal.skippedBefore(projector: projector.name, position: position)
        }
        return HeldStream(
            projector: projector,
            files: files,
            connection: connection,
            parked: ParkedStream(
                projector: projector.name,
                tenant: tenant,
                stream: StreamID(type: type, id: stream),
                position: position,
                reason: reason,
                waitsForRebuild: false
            ),
            generation: generation,
            checkpoint: checkpoint,
            skipped: skipped
        )
    }

    /// Why its events cannot be read behind the others; nil: they can.
    ///
    /// What a release published stands on the rows at exactly its position, so nothing from before it comes in later.
    func obstacle() async throws -> ParkingRefusal.Obstacle? {
        guard projector.isCommutative else { return .order }
        guard !projector.boundaryTypes.isEmpty else { return nil }
        let rows = try await connection.query(
            """
            SELECT e.position
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant)
                AND e.position BETWEEN \(parked.position) AND \(checkpoint)
                AND e.type = ANY (\(projector.boundaryTypes.sorted()))
            ORDER BY e.position
            LIMIT 1
            """
        )
        return try rows.first.map { .release(try $0.decode(0)) }
    }

    /// What the stream's events up to the checkpoint come to.
    struct Reading: Sendable {
        var delta: Held.Delta
        var events = 0
        /// The event at which it ends; nil: all were read.
        var stuck: UndecodableEvent?
    }

    /// - Parameter left: events to leave out, besides those skipped before.
    func read(without left: Set<Position> = []) async throws -> Reading {
        let rows = try await connection.query(
            """
            SELECT
                e.position, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.body, e.actor,
                e.recorded_at
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant)
                AND e.stream_id = \(parked.stream.id)
                AND e.position BETWEEN \(parked.position) AND \(checkpoint)
            ORDER BY e.position
            """
        )
        let left = left.union(skipped)
        var reading = Reading(delta: projector.emptyDelta())
        for row in rows {
            let event = try RecordedEvent(row)
            guard projector.eventTypes.contains(event.type), !left.contains(event.position) else { continue }
            do {
                try projector.fold(event, into: &reading.delta)
                reading.events += 1
            } catch {
                reading.stuck = error
                break
            }
        }
        return reading
    }

    /// Writes a reading; the stream is parked no longer, or at the event at which the reading ended.
    func write(_ reading: Reading) async throws {
        if reading.events > 0 { try await apply(reading.delta) }
        if let stuck = reading.stuck {
            try await connection.execute(
                """
                UPDATE projections.parked_streams
                SET position = \(stuck.position), reason = \(stuck.reason), parked_at = statement_timestamp()
                WHERE tenant_id = \(tenant)
                    AND generation = \(generation)
                    AND stream_id = \(parked.stream.id)
                """
            )
        } else {
            try await connection.execute(
                """
                DELETE FROM projections.parked_streams
                WHERE tenant_id = \(tenant)
                    AND generation = \(generation)
                    AND stream_id = \(parked.stream.id)
                """
            )
        }
    }

    private func apply(_ delta: Held.Delta) async throws {
        try await Generations.enter(generation, on: connection)
        try await projector.apply(
            delta,
            in: ProjectionContext(
                connection: connection,
                tenant: parked.tenant,
                generation: generation,
                position: checkpoint,
                files: files,
                projector: projector.name,
                load: nil
            )
        )
    }

    /// Fences out batches that were read before, and throws away a half-built generation that knows nothing of it.
    func settle() async throws {
        try await connection.execute(
            """
            UPDATE projections.checkpoints
            SET decisions = decisions + 1
            WHERE tenant_id = \(tenant)
                AND generation = \(generation)
            """
        )
        let past = try await connection.query(
            """
            SELECT c.generation
            FROM projections.checkpoints AS c
            WHERE c.tenant_id = \(tenant)
                AND c.position >= \(parked.position)
            """
        )
        try await connection.execute(
            """
            UPDATE projections.generations
            SET state = 'retired'
            WHERE projector = \(projector.name)
                AND state = 'building'
                AND generation = ANY (\(try past.map { try $0.decode(0, as: Int32.self) }))
            """
        )
    }
}
