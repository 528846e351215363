import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// Which parts of messages' passages are shown to nobody: out of the log itself, so that a mask holds at once in every list.
struct PassageMasks: Sendable {
    private var spans: [UUID: [Int16: [Span]]] = [:]

    /// By the passage's number.
    func of(_ message: UUID) -> [Int16: [Span]] { spans[message] ?? [:] }

    static func read(
        _ messages: Set<UUID>,
        tenant: TenantID,
        from pool: PostgresPool
    ) async throws -> PassageMasks {
        var masks = PassageMasks()
        guard !messages.isEmpty else { return masks }
        let rows = try await pool.query(
            """
            SELECT
                e.position, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.body, e.actor,
                e.recorded_at
            FROM log.events AS e
            WHERE e.tenant_id = \(tenant.rawValue)
                AND e.stream_id = ANY (\(Array(messages)))
                AND e.type = \(HandlingEvent.Name.masked)
            ORDER BY e.position
            """
        )
        for row in rows {
            let event = try RecordedEvent(row)
            guard case .handled(.masked(let masked)) = try MessageEvent(decoding: event) else { continue }
            masks.spans[event.stream.id, default: [:]][masked.passage] = masked.spans
        }
        return masks
    }
}
