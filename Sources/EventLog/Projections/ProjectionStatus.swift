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
            WITH heads AS MATERIALIZED (
                SELECT t.tenant_id, t.code, h.position
                FROM log.heads AS h
                JOIN log.tenants AS t
                    ON t.tenant_id = h.tenant_id
            ),
            reached AS MATERIALIZED (
                SELECT c.tenant_id, c.generation, c.position
                FROM projections.checkpoints AS c
            ),
            parked AS MATERIALIZED (
                SELECT s.tenant_id, s.generation, count(*) AS streams
                FROM projections.parked_streams AS s
                GROUP BY s.tenant_id, s.generation
            )
            SELECT
                g.projector, g.projector_version, g.generation, g.state, h.code, COALESCE(r.position, 0), h.position,
                COALESCE(p.streams, 0)
            FROM projections.generations AS g
            CROSS JOIN heads AS h
            LEFT JOIN reached AS r
                ON r.tenant_id = h.tenant_id
                AND r.generation = g.generation
            LEFT JOIN parked AS p
                ON p.tenant_id = h.tenant_id
                AND p.generation = g.generation
            ORDER BY g.projector, g.generation, h.tenant_id
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
