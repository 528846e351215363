import EventSourcing
import Foundation
import Postgres

/// A stream that a live generation could not read on.
package struct ParkedStream: Sendable, Equatable {
    package let projector: String
    package let tenant: TenantID
    package let stream: StreamID
    /// Of the event that could not be read.
    package let position: Position
    package let reason: String
    /// An operator skipped the event, and only the next generation can go on behind it.
    package let waitsForRebuild: Bool

    /// Those of a projector's live generation, by tenant and position.
    ///
    /// - Parameter tenant: nil: of every tenant.
    package static func all(
        of projector: String,
        tenant: TenantID? = nil,
        from pool: PostgresPool
    ) async throws -> [ParkedStream] {
        let rows = try await pool.query(
            """
            WITH parked AS MATERIALIZED (
                SELECT
                    s.tenant_id, s.generation, e.stream_type, s.stream_id, s.position, s.reason,
                    EXISTS (
                        SELECT
                        FROM projections.parked_decisions AS d
                        WHERE d.tenant_id = s.tenant_id
                            AND d.projector = \(projector)
                            AND d.position = s.position
                            AND d.decision = 'skip'
                    ) AS is_skipped
                FROM projections.parked_streams AS s
                JOIN log.events AS e
                    ON e.tenant_id = s.tenant_id
                    AND e.position = s.position
                WHERE \(tenant?.rawValue)::integer IS NULL OR s.tenant_id = \(tenant?.rawValue)
            )
            SELECT p.tenant_id, p.stream_type, p.stream_id, p.position, p.reason, p.is_skipped
            FROM projections.generations AS g
            JOIN parked AS p
                ON p.generation = g.generation
            WHERE g.projector = \(projector)
                AND g.state = 'live'
            ORDER BY p.tenant_id, p.position
            """
        )
        return try rows.map { row in
            let (tenant, type, id, position, reason, isSkipped) = try row.decode(
                (Int32, String, UUID, Int64, String, Bool).self
            )
            return ParkedStream(
                projector: projector,
                tenant: TenantID(rawValue: tenant),
                stream: StreamID(type: type, id: id),
                position: position,
                reason: reason,
                waitsForRebuild: isSkipped
            )
        }
    }
}
