import EventSourcing
import Postgres

/// Where a projector stands in one tenant's log.
package struct ProjectionStatus: Sendable {
    package let projector: String
    package let version: Int
    package let generation: Int32
    package let state: String
    package let tenant: String
    package let position: Position
    package let head: Position
    package let parkedStreams: Int

    package var lag: Position { head - position }

    /// Every generation of every projector, by tenant.
    package static func read(from pool: PostgresPool) async throws -> [ProjectionStatus] {
        let rows = try await pool.query(
            """
            SELECT
                g.projector, g.projector_version, g.generation, g.state, t.code, COALESCE(c.position, 0), h.position,
                (
                    SELECT count(*)
                    FROM projections.parked_streams AS s
                    WHERE s.tenant_id = t.tenant_id
                        AND s.generation = g.generation
                )
            FROM projections.generations AS g
            CROSS JOIN log.tenants AS t
            JOIN log.heads AS h
                ON h.tenant_id = t.tenant_id
            LEFT JOIN projections.checkpoints AS c
                ON c.tenant_id = t.tenant_id
                AND c.generation = g.generation
            ORDER BY g.projector, g.generation, t.tenant_id
            """
        )
        return try rows.map { row in
            let (projector, version, generation, state, tenant, position, head, parked) = try row.decode(
                (String, Int32, Int32, String, String, Int64, Int64, Int64).self
            )
            return ProjectionStatus(
                projector: projector,
                version: Int(version),
                generation: generation,
                state: state,
                tenant: tenant,
                position: position,
                head: head,
                parkedStreams: Int(parked)
            )
        }
    }
}
