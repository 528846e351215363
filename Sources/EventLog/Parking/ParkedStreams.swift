import EventSourcing
import Postgres

/// What a generation leaves out of a tenant's log, as it is before a batch is read.
struct ParkedStreams: Sendable {
    /// The event of each that could not be read; everything later of it waits.
    let streams: [StreamID: UndecodableEvent]
    /// Events that an operator has left out for good.
    let skipped: Set<Position>
    /// How many decisions were carried out by then. The batch may move the checkpoint only while it is still this many:
    /// a stream that is parked no longer would lose its events of this batch.
    let decisions: Int32

    /// One statement, and a second one while something is parked.
    ///
    /// The decisions are read no later than the rest: whoever decides in between fences the batch out.
    static func read(
        of projector: String,
        _ generation: Int32,
        _ tenant: TenantID,
        from pool: PostgresPool
    ) async throws -> ParkedStreams {
        let rows = try await pool.query(
            """
            SELECT
                c.decisions,
                ARRAY(
                    SELECT d.position
                    FROM projections.parked_decisions AS d
                    WHERE d.tenant_id = \(tenant.rawValue)
                        AND d.projector = \(projector)
                        AND d.decision = 'skip'
                ),
                EXISTS (
                    SELECT
                    FROM projections.parked_streams AS s
                    WHERE s.tenant_id = \(tenant.rawValue)
                        AND s.generation = \(generation)
                )
            FROM projections.checkpoints AS c
            WHERE c.tenant_id = \(tenant.rawValue)
                AND c.generation = \(generation)
            """
        )
        // Without a checkpoint there is none to move either: the batch is fenced out.
        guard let row = rows.first else { return ParkedStreams(streams: [:], skipped: [], decisions: 0) }
        let (decisions, skipped, isAnyParked) = try row.decode((Int32, [Int64], Bool).self)
        return ParkedStreams(
            streams: isAnyParked ? try await streams(generation, tenant, from: pool) : [:],
            skipped: Set(skipped),
            decisions: decisions
        )
    }

    private static func streams(
        _ generation: Int32,
        _ tenant: TenantID,
        from pool: PostgresPool
    ) async throws -> [StreamID: UndecodableEvent] {
        let rows = try await pool.query(
            """
            SELECT
                e.position, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.body, e.actor,
                e.recorded_at, s.reason
            FROM projections.parked_streams AS s
            JOIN log.events AS e
                ON e.tenant_id = s.tenant_id
                AND e.position = s.position
            WHERE s.tenant_id = \(tenant.rawValue)
                AND s.generation = \(generation)
            """
        )
        var parked: [StreamID: UndecodableEvent] = [:]
        for row in rows {
            let event = try RecordedEvent(row)
            parked[event.stream] = UndecodableEvent(event, try row.decode(9, as: String.self))
        }
        return parked
    }
}
