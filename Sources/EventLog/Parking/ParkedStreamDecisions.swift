import EventSourcing
import Foundation
import Postgres

/// What an operator decides about a parked stream, carried out on the live generation and recorded, in one transaction
/// that holds the checkpoint still.
///
/// `projections.parked_decisions` has them. They are no events of the tenant's log, because they are about a read model
/// and not about what was said: the same event may be readable to every other projector. A skip names its event by
/// position, so that every later generation leaves it out in its place.
package struct ParkedStreamDecisions: Sendable {
    /// What came of a decision.
    package struct Outcome: Sendable {
        /// As it was parked before.
        package let parked: ParkedStream
        /// Events that were read now.
        package let events: Int
        /// A later event of the stream that cannot be read either: it is parked there now.
        package let parkedAgain: UndecodableEvent?
        /// Of a skip: why the stream stays left out until the next generation is built; nil: it goes on.
        package let waitsBecause: ParkingRefusal.Obstacle?
    }

    private let pool: PostgresPool
    private let files: SchemaFiles

    /// - Parameter pool: an operator's connections.
    package init(pool: PostgresPool, files: SchemaFiles) {
        self.pool = pool
        self.files = files
    }

    /// Reads a stream's events from the parked one on, up to the checkpoint.
    ///
    /// - Throws: `ParkingRefusal` when they can be read in their place only, or still not at all.
    package func retry<Retried: PostgresProjector>(
        _ projector: Retried,
        _ stream: UUID,
        tenant: TenantID,
        reason: String = "",
        by operator: String
    ) async throws -> Outcome {
        try await pool.withTransaction { connection in
            let held = try await HeldStream<Retried>.hold(stream, of: projector, files, tenant, on: connection)
            if let obstacle = try await held.obstacle() {
                throw ParkingRefusal.wantsRebuild(projector: projector.name, obstacle)
            }
            let reading = try await held.read()
            if let stuck = reading.stuck, stuck.position == held.parked.position {
                throw ParkingRefusal.stillUnreadable(stuck)
            }
            try await held.write(reading)
            try await held.settle()
            try await record("retry", held, readThrough: reading.end(of: held), reason, `operator`)
            return Outcome(
                parked: held.parked,
                events: reading.events,
                parkedAgain: reading.stuck,
                waitsBecause: nil
            )
        }
    }

    /// Leaves out the event that could not be read, in this and every later generation; what is later of its stream is
    /// read, now or, where that is too late, by the next generation.
    ///
    /// - Parameter reason: the operator's words; not empty.
    /// - Throws: `ParkingRefusal`.
    package func skip<Skipped: PostgresProjector>(
        _ projector: Skipped,
        _ stream: UUID,
        tenant: TenantID,
        reason: String,
        by operator: String
    ) async throws -> Outcome {
        try await pool.withTransaction { connection in
            let held = try await HeldStream<Skipped>.hold(stream, of: projector, files, tenant, on: connection)
            if let obstacle = try await held.obstacle() {
                try await held.settle()
                try await record("skip", held, readThrough: nil, reason, `operator`)
                return Outcome(parked: held.parked, events: 0, parkedAgain: nil, waitsBecause: obstacle)
            }
            let reading = try await held.read(without: [held.parked.position])
            try await held.write(reading)
            try await held.settle()
            try await record("skip", held, readThrough: reading.end(of: held), reason, `operator`)
            return Outcome(
                parked: held.parked,
                events: reading.events,
                parkedAgain: reading.stuck,
                waitsBecause: nil
            )
        }
    }

    private func record(
        _ decision: String,
        _ held: HeldStream<some PostgresProjector>,
        readThrough: Position?,
        _ reason: String,
        _ decidedBy: String
    ) async throws {
        try await held.connection.execute(
            """
            INSERT INTO projections.parked_decisions (
                tenant_id, decision_id, projector, decision, stream_id, position, complaint, reason, decided_by,
                generation, read_through
            )
            VALUES (
                \(held.parked.tenant.rawValue), \(UUID()), \(held.parked.projector), \(decision),
                \(held.parked.stream.id), \(held.parked.position), \(held.parked.reason), \(reason), \(decidedBy),
                \(held.generation), \(readThrough)
            )
            """
        )
    }
}

extension HeldStream.Reading {
    /// The last position that nothing of the stream is left out at.
    fileprivate func end(of held: HeldStream) -> Position { stuck.map { $0.position - 1 } ?? held.checkpoint }
}
