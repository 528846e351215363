import EventSourcing
import Foundation
import Postgres

/// Where a generation of a projector stands in one tenant's log.
package struct ProjectionStatus: Sendable {
    /// A generation in a tenant's log.
    package struct Place: Hashable, Sendable {
        package let generation: Int32
        package let tenant: TenantID
    }

    /// Why the batch after the checkpoint could not be written.
    package struct Trouble: Sendable {
        package let error: String
        package let failures: Int
    }

    package let projector: String
    package let version: Int
    package let state: String
    /// Of a generation as of a time: what its views are named after.
    package let name: String?
    package let place: Place
    /// The tenant's code.
    package let tenant: String
    package let position: Position
    package let head: Position
    /// Age of the oldest event that is still to be read; 0: none is.
    package let lagSeconds: Double
    /// Since the checkpoint moved.
    package let stillSeconds: Double
    package let updatedAt: Timestamp?
    package let parkedStreams: Int
    /// Events of parked streams, from the one that could not be read on.
    package let parkedEvents: Int
    /// Events left out for good.
    package let skippedEvents: Int
    /// Nil: nobody complained of the place where it stands now.
    package let trouble: Trouble?
    /// Whether a server works on the tenant.
    package let isServed: Bool

    package var lag: Position { head - position }
    package var generation: Int32 { place.generation }

    /// Every generation of every projector, by tenant.
    package static func read(from pool: PostgresPool) async throws -> [ProjectionStatus] {
        try await pool.query(statement).map { row in
            let error = try row.decode(15, as: String?.self)
            let failures = try row.decode(16, as: Int32?.self)
            return ProjectionStatus(
                projector: try row.decode(0),
                version: Int(try row.decode(1, as: Int32.self)),
                state: try row.decode(3),
                name: try row.decode(17, as: String?.self),
                place: Place(
                    generation: try row.decode(2),
                    tenant: TenantID(rawValue: try row.decode(4, as: Int32.self))
                ),
                tenant: try row.decode(5, as: String.self),
                position: try row.decode(6, as: Int64.self),
                head: try row.decode(7, as: Int64.self),
                lagSeconds: try row.decode(8, as: Double.self),
                stillSeconds: try row.decode(9, as: Double.self),
                updatedAt: try row.decode(10, as: PostgresTimestamp?.self).map {
                    Timestamp(microsecondsSince1970: $0.microsecondsSince1970)
                },
                parkedStreams: Int(try row.decode(11, as: Int64.self)),
                parkedEvents: Int(try row.decode(12, as: Int64.self)),
                skippedEvents: Int(try row.decode(13, as: Int64.self)),
                trouble: error.map { Trouble(error: $0, failures: Int(failures ?? 1)) },
                isServed: try row.decode(14, as: Bool.self)
            )
        }
    }

    /// The positions alone, for comparing two moments.
    package static func positions(from pool: PostgresPool) async throws -> [Place: Position] {
        let rows = try await pool.query(
            "SELECT c.generation, c.tenant_id, c.position FROM projections.checkpoints AS c"
        )
        var positions: [Place: Position] = [:]
        for row in rows {
            let (generation, tenant, position) = try row.decode((Int32, Int32, Int64).self)
            positions[Place(generation: generation, tenant: TenantID(rawValue: tenant))] = position
        }
        return positions
    }

    /// What belongs to a tenant is gathered by itself, because a log that is distributed over several servers cannot
    /// join it with the generations, whose table stays on one.
    private static let statement: SQL = """
        WITH heads AS MATERIALIZED (
            SELECT t.tenant_id, t.code, h.position, e.recorded_at AS first_at
            FROM log.heads AS h
            JOIN log.tenants AS t
                ON t.tenant_id = h.tenant_id
            LEFT JOIN log.events AS e
                ON e.tenant_id = h.tenant_id
                AND e.position = 1
        ),
        reached AS MATERIALIZED (
            SELECT
                c.tenant_id, c.generation, c.position, c.updated_at, e.recorded_at AS next_at,
                k.error, k.failures
            FROM projections.checkpoints AS c
            LEFT JOIN log.events AS e
                ON e.tenant_id = c.tenant_id
                AND e.position = c.position + 1
            LEFT JOIN projections.complaints AS k
                ON k.tenant_id = c.tenant_id
                AND k.generation = c.generation
                AND k.position = c.position
        ),
        parked AS MATERIALIZED (
            SELECT
                s.tenant_id, s.generation, count(DISTINCT s.stream_id) AS streams, count(e.position) AS events
            FROM projections.parked_streams AS s
            JOIN projections.checkpoints AS c
                ON c.tenant_id = s.tenant_id
                AND c.generation = s.generation
            LEFT JOIN log.events AS e
                ON e.tenant_id = s.tenant_id
                AND e.stream_id = s.stream_id
                AND e.position BETWEEN s.position AND c.position
            GROUP BY s.tenant_id, s.generation
        ),
        -- A skip that waits for the next generation is among the parked events still.
        skipped AS MATERIALIZED (
            SELECT d.tenant_id, c.generation, d.projector, count(*) AS events
            FROM projections.parked_decisions AS d
            JOIN projections.checkpoints AS c
                ON c.tenant_id = d.tenant_id
                AND c.position >= d.position
            WHERE d.decision = 'skip'
                AND NOT EXISTS (
                    SELECT
                    FROM projections.parked_streams AS s
                    WHERE s.tenant_id = d.tenant_id
                        AND s.generation = c.generation
                        AND s.stream_id = d.stream_id
                        AND s.position <= d.position
                )
            GROUP BY d.tenant_id, c.generation, d.projector
        ),
        served AS MATERIALIZED (
            SELECT l.tenant_id
            FROM projections.leases AS l
            WHERE l.expires_at > now()
        )
        SELECT
            g.projector, g.projector_version, g.generation, g.state, h.tenant_id, h.code, COALESCE(r.position, 0),
            h.position,
            COALESCE(
                greatest(
                    0,
                    extract(epoch FROM now() - CASE WHEN r.generation IS NULL THEN h.first_at ELSE r.next_at END)
                ),
                0
            )::double precision,
            extract(epoch FROM now() - COALESCE(r.updated_at, g.created_at))::double precision,
            r.updated_at, COALESCE(p.streams, 0), COALESCE(p.events, 0), COALESCE(k.events, 0),
            v.tenant_id IS NOT NULL, r.error, r.failures, g.name
        FROM projections.generations AS g
        CROSS JOIN heads AS h
        LEFT JOIN reached AS r
            ON r.tenant_id = h.tenant_id
            AND r.generation = g.generation
        LEFT JOIN parked AS p
            ON p.tenant_id = h.tenant_id
            AND p.generation = g.generation
        LEFT JOIN skipped AS k
            ON k.tenant_id = h.tenant_id
            AND k.generation = g.generation
            AND k.projector = g.projector
        LEFT JOIN served AS v
            ON v.tenant_id = h.tenant_id
        ORDER BY g.projector, g.generation, h.tenant_id
        """
}
