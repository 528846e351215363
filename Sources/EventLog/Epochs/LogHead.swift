import EventSourcing
import Foundation
import Postgres

/// The end of a tenant's log, and the epoch that it belongs to.
package struct LogHead: Sendable, Equatable {
    package let epoch: UUID
    package let position: Position
    /// What the chain of `log.batches` has come to: whoever keeps it can prove later that nothing before it changed.
    package let chain: [UInt8]
    /// When the last event was recorded; nil: the log is empty.
    package let recordedAt: Timestamp?

    /// Reads the head of a tenant's log.
    ///
    /// - Throws: `StoreFailure.unknownTenant`.
    package static func read(_ tenant: TenantID, from pool: PostgresPool) async throws -> LogHead {
        let rows = try await pool.query(
            """
            SELECT h.epoch, h.position, h.chain, CASE WHEN isfinite(h.recorded_at) THEN h.recorded_at END
            FROM log.heads AS h
            WHERE h.tenant_id = \(tenant.rawValue)
            """
        )
        guard let row = rows.first else { throw StoreFailure.unknownTenant(tenant) }
        let (epoch, position, chain, at) = try row.decode((UUID, Int64, [UInt8], PostgresTimestamp?).self)
        return LogHead(
            epoch: epoch,
            position: position,
            chain: chain,
            recordedAt: at.map { Timestamp(microsecondsSince1970: $0.microsecondsSince1970) }
        )
    }
}

/// One stretch of a log that one history of the database wrote.
package struct LogEpoch: Sendable, Equatable {
    package let epoch: UUID
    /// Up to here nothing differs from the epoch before.
    package let afterPosition: Position
    package let beganAt: Timestamp
    package let reason: String

    /// The epochs of a tenant, the present one first.
    package static func all(_ tenant: TenantID, from pool: PostgresPool) async throws -> [LogEpoch] {
        let rows = try await pool.query(
            """
            SELECT e.epoch, e.after_position, e.began_at, e.reason
            FROM log.epochs AS e
            JOIN log.heads AS h
                ON h.tenant_id = e.tenant_id
            WHERE e.tenant_id = \(tenant.rawValue)
            ORDER BY e.epoch = h.epoch DESC, e.began_at DESC, e.epoch
            """
        )
        return try rows.map { row in
            let (epoch, position, at, reason) = try row.decode((UUID, Int64, PostgresTimestamp, String).self)
            return LogEpoch(
                epoch: epoch,
                afterPosition: position,
                beganAt: Timestamp(microsecondsSince1970: at.microsecondsSince1970),
                reason: reason
            )
        }
    }
}
