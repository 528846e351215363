import EventSourcing
import Foundation
import Postgres

/// A tenant's log went on in another database than the one that wrote it before: restored, copied or promoted.
package struct EpochNotice: Sendable {
    package let tenant: TenantID
    package let epoch: UUID
    /// Up to here nothing differs from the epoch before.
    package let afterPosition: Position
    package let reason: String

    /// Begins a new epoch for every tenant whose head was written somewhere else, before anything is appended.
    ///
    /// To be called on every connection that appends: a database comes back as another one only with new connections. Does
    /// nothing before the first migration.
    /// - Throws: `NotPrimary` on a standby, whose connections would outlive its promotion unnoticed.
    package static func look(on connection: PostgresConnection) async throws -> [EpochNotice] {
        let rows = try await connection.query(
            "SELECT pg_is_in_recovery(), to_regprocedure('log.notice_epoch()') IS NOT NULL"
        )
        guard let row = rows.first else { return [] }
        let (isStandby, isMigrated) = try row.decode((Bool, Bool).self)
        guard !isStandby else { throw NotPrimary() }
        guard isMigrated else { return [] }
        return try await connection.query(
            "SELECT n.tenant_id, n.epoch, n.after_position, n.reason FROM log.notice_epoch() AS n"
        )
        .map { row in
            let (tenant, epoch, position, reason) = try row.decode((Int32, UUID, Int64, String).self)
            return EpochNotice(
                tenant: TenantID(rawValue: tenant),
                epoch: epoch,
                afterPosition: position,
                reason: reason
            )
        }
    }
}

/// The server that answers is a standby.
package struct NotPrimary: Error, CustomStringConvertible {
    package var description: String {
        "PostgreSQL is a standby, which takes no messages: point DATABASE_URL to the primary, or add "
            + "target_session_attrs=read-write to it"
    }
}
