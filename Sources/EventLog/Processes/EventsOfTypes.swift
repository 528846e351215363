import EventSourcing
import Postgres

/// Reads the events of a few types out of a tenant's whole log: for what a process makes of them alone.
///
/// The rest of the log is passed over in the database, in stretches that each take a moment.
package struct EventsOfTypes: Sendable {
    /// Positions that one statement looks at.
    private static let stretch: Position = 100_000

    let tenant: TenantID
    let types: [String]
    let pool: PostgresPool

    package init(_ types: Set<String>, of tenant: TenantID, pool: PostgresPool) {
        self.tenant = tenant
        self.types = types.sorted()
        self.pool = pool
    }

    /// Hands each event to `body`, in the order of their positions, up to the head that the log has at the beginning.
    ///
    /// - Throws: what the database throws, and what `body` throws.
    package func forEach(_ body: (RecordedEvent) throws -> Void) async throws {
        let head = try await LogTables(pool: pool).head(of: tenant)
        var read: Position = 0
        while read < head {
            let last = min(head, read + Self.stretch)
            let rows = try await pool.query(
                """
                SELECT
                    e.position, e.stream_id, e.stream_type, e.version, e.type, e.schema_version, e.body, e.actor,
                    e.recorded_at
                FROM log.events AS e
                WHERE e.tenant_id = \(tenant.rawValue)
                    AND e.position > \(read)
                    AND e.position <= \(last)
                    AND e.type = ANY (\(types))
                ORDER BY e.position
                """
            )
            for row in rows { try body(try RecordedEvent(row)) }
            read = last
        }
    }
}
