import EventSourcing
import Postgres

/// The streams of a tenant that projectors could not read on, by generation.
///
/// What a projector cannot read is parked with everything later of its own stream; all other streams go on.
struct ParkedStreams: Sendable {
    private var streams: [Int32: Set<StreamID>] = [:]
    /// Of operators, as they were before the streams were read.
    private(set) var decisions = DecisionsMade()

    func contains(_ stream: StreamID, _ generation: Int32) -> Bool {
        streams[generation]?.contains(stream) ?? false
    }

    mutating func park(_ stream: StreamID, _ generation: Int32) {
        streams[generation, default: []].insert(stream)
    }

    /// What is parked in these generations.
    static func read(_ generations: [Int32], _ tenant: TenantID, from pool: PostgresPool) async throws -> ParkedStreams
    {
        // First: whoever decides in between fences the batch out.
        let decisions = try await DecisionsMade.read(generations, tenant, from: pool)
        let rows = try await pool.query(
            """
            SELECT s.generation, e.stream_type, s.stream_id
            FROM projections.parked_streams AS s
            JOIN log.events AS e
                ON e.tenant_id = s.tenant_id
                AND e.position = s.position
            WHERE s.tenant_id = \(tenant.rawValue)
                AND s.generation = ANY (\(generations))
            """
        )
        var parked = ParkedStreams()
        parked.decisions = decisions
        for row in rows {
            parked.park(StreamID(type: try row.decode(1), id: try row.decode(2)), try row.decode(0, as: Int32.self))
        }
        return parked
    }

    /// Parks the stream of an event, in the transaction that passes it.
    static func insert(
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
