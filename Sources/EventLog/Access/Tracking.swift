import EventSourcing
import Foundation
import Postgres

/// Finds messages by the hash of their tracking code: the code itself is never stored.
package struct Tracking: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The stream id of the message with this hash; nil when there is none.
    package func message(trackingHash hash: [UInt8], tenant: TenantID) async throws -> UUID? {
        let rows = try await pool.query(
            """
            SELECT i.stream_id
            FROM vault.intakes AS i
            WHERE i.tenant_id = \(tenant.rawValue)
                AND i.tracking_hash = \(hash)
            """
        )
        return try rows.first?.decode(0, as: UUID.self)
    }
}
