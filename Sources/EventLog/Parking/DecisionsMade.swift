import EventSourcing
import Postgres

/// What operators have decided about a tenant's parked streams, as it is before a batch is read.
///
/// Read before the parked streams are: whoever decides in between then fences the batch out.
struct DecisionsMade: Sendable {
    /// By projector: events that are left out for good, in every generation.
    private var skipped: [String: Set<Position>] = [:]
    /// By generation: how many decisions were carried out there. A batch moves the checkpoint only while it is still this
    /// many, because it would leave out events of a stream that is parked no longer.
    private var counts: [Int32: Int32] = [:]

    func skips(_ event: RecordedEvent, _ projector: String) -> Bool {
        skipped[projector]?.contains(event.position) ?? false
    }

    /// For `AND decisions = …` where the checkpoint is moved. 0 without a checkpoint, of which there is none to move.
    func count(_ generation: Int32) -> Int32 { counts[generation] ?? 0 }

    static func read(_ generations: [Int32], _ tenant: TenantID, from pool: PostgresPool) async throws -> DecisionsMade
    {
        let rows = try await pool.query(
            """
            SELECT c.generation, c.decisions, d.projector, d.position
            FROM projections.checkpoints AS c
            LEFT JOIN projections.parked_decisions AS d
                ON d.tenant_id = c.tenant_id
                AND d.decision = 'skip'
            WHERE c.tenant_id = \(tenant.rawValue)
                AND c.generation = ANY (\(generations))
            """
        )
        var made = DecisionsMade()
        for row in rows {
            let (generation, count, projector, position) = try row.decode((Int32, Int32, String?, Int64?).self)
            made.counts[generation] = count
            if let projector, let position { made.skipped[projector, default: []].insert(position) }
        }
        return made
    }
}
