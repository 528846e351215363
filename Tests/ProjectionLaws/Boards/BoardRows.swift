import EventLog
import EventSourcing
import Postgres

/// Every row that projectors have written, and every row that people can see of it, as sorted text.
///
/// By name: `demand_board.cells` is a table of a live generation, `review.demand_board as chorus_one_reviewer` a view.
///
/// Compared by bytes: Swift's own equality of texts would pass over what PostgreSQL tells apart.
package struct BoardRows: Sendable, Equatable {
    package private(set) var rows: [String: [[UInt8]]] = [:]

    /// Which of them differ, with the first rows that stand on one side only; empty: they are equal.
    package func differences(from other: BoardRows) -> [String] {
        Set(rows.keys).union(other.rows.keys).sorted().compactMap { name in
            let (ours, theirs) = (rows[name], other.rows[name])
            guard ours != theirs else { return nil }
            return "\(name): \(ours?.count ?? -1) rows against \(theirs?.count ?? -1)"
                + "; only here \(Self.first(ours ?? [], without: theirs ?? []))"
                + "; only there \(Self.first(theirs ?? [], without: ours ?? []))"
        }
    }

    private static func first(_ rows: [[UInt8]], without others: [[UInt8]]) -> String {
        let others = Set(others)
        let only = rows.filter { !others.contains($0) }.prefix(3)
        return only.isEmpty ? "none" : only.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// A line a table or view: its name, its rows, the SHA-256 of their bytes.
    package var digests: [String] {
        rows.keys.sorted().map { name in
            var bytes: [UInt8] = []
            for row in rows[name] ?? [] { bytes.appendFramed(row) }
            return "\(name)\t\(rows[name]?.count ?? 0)\t\(sha256(bytes).hexadecimal)"
        }
    }

    package func filtered(_ isIncluded: (String) -> Bool) -> BoardRows {
        var copy = BoardRows()
        copy.rows = rows.filter { isIncluded($0.key) }
        return copy
    }

    init() {}

    private init(rows: [String: [[UInt8]]]) { self.rows = rows }

    /// Reads them in one snapshot.
    static func read(_ pool: PostgresPool) async throws -> BoardRows {
        try await pool.withTransaction { connection in
            try await connection.run(
                script: """
                    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
                    SET LOCAL datestyle = 'ISO, YMD';
                    SET LOCAL timezone = 'UTC'
                    """
            )
            var rows: [String: [[UInt8]]] = [:]
            for (projector, schema, table) in try await tables(connection) {
                rows["\(projector).\(table)"] = try await read(schema, table, connection)
            }
            rows["projections.checkpoints"] = try await texts(
                """
                SELECT concat_ws(' ', g.projector, g.projector_version, c.tenant_id, c.position) COLLATE "C"
                FROM projections.checkpoints AS c
                JOIN projections.generations AS g
                    ON g.generation = c.generation
                    AND g.state = 'live'
                ORDER BY 1
                """,
                connection
            )
            rows["projections.parked_streams"] = try await texts(
                """
                SELECT concat_ws(' ', g.projector, s.tenant_id, s.stream_id, s.position, s.reason) COLLATE "C"
                FROM projections.parked_streams AS s
                JOIN projections.generations AS g
                    ON g.generation = s.generation
                    AND g.state = 'live'
                ORDER BY 1
                """,
                connection
            )
            let views = try await self.views(connection)
            for tenant in LawTemplate.tenants {
                for (audience, schemas) in [("reviewer", ["review", "aggregates"]), ("analyst", ["aggregates"])] {
                    let login = TenantCreation.login(tenant: tenant.code, audience: audience)
                    try await connection.run(script: "SET LOCAL ROLE \(identifier: login)")
                    for (schema, view) in views where schemas.contains(schema) {
                        rows["\(schema).\(view) as \(login)"] = try await read(schema, view, connection)
                    }
                    try await connection.run(script: "RESET ROLE")
                }
            }
            return BoardRows(rows: rows)
        }
    }

    private static func tables(
        _ connection: PostgresConnection
    ) async throws -> [(projector: String, schema: String, table: String)] {
        let rows = try await connection.query(
            """
            SELECT g.projector, n.nspname::text, c.relname::text
            FROM projections.generations AS g
            JOIN pg_namespace AS n
                ON n.nspname = 'gen_' || g.generation
            JOIN pg_class AS c
                ON c.relnamespace = n.oid
                AND c.relkind IN ('r', 'p')
            WHERE g.state = 'live'
            ORDER BY 1, 3
            """
        )
        return try rows.map { try $0.decode((String, String, String).self) }
    }

    private static func views(_ connection: PostgresConnection) async throws -> [(schema: String, view: String)] {
        let rows = try await connection.query(
            """
            SELECT v.schemaname::text, v.viewname::text
            FROM pg_views AS v
            WHERE v.schemaname IN ('review', 'aggregates')
            ORDER BY 1, 2
            """
        )
        return try rows.map { try $0.decode((String, String).self) }
    }

    private static func read(
        _ schema: String,
        _ table: String,
        _ connection: PostgresConnection
    ) async throws -> [[UInt8]] {
        let statement: UtilitySQL = """
            SELECT t::text COLLATE "C"
            FROM \(identifier: schema).\(identifier: table) AS t
            ORDER BY 1
            """
        return try await texts(SQL(statement.text), connection)
    }

    private static func texts(_ statement: SQL, _ connection: PostgresConnection) async throws -> [[UInt8]] {
        try await connection.query(statement).map { Array(try $0.decode(0, as: String.self).utf8) }
    }
}

extension LawBoard {
    /// Every row of this board as it is now.
    package func rows() async throws -> BoardRows { try await BoardRows.read(operators) }
}
