import EventSourcing
import Foundation
import Postgres

/// Finds messages by the hash of their tracking code: the code itself is never stored.
package struct Tracking: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The stream of the message with this hash; nil when there is none, or when it was forgotten.
    package func message(trackingHash hash: [UInt8], tenant: TenantID) async throws -> StreamID? {
        let rows = try await pool.query(
            """
            SELECT e.stream_type, e.stream_id
            FROM vault.intakes AS i
            JOIN log.events AS e
                ON e.tenant_id = i.tenant_id
                AND e.stream_id = i.stream_id
                AND e.version = 1
            WHERE i.tenant_id = \(tenant.rawValue)
                AND i.tracking_hash = \(hash)
            """
        )
        return try rows.first.map { row in
            let (type, id) = try row.decode((String, UUID).self)
            return StreamID(type: type, id: id)
        }
    }
}
