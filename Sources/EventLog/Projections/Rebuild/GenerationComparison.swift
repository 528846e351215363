import EventSourcing
import Postgres

/// How two generations of a projector compare at the same position, table by table.
package struct GenerationComparison: Sendable {
    /// One table in both.
    package struct Table: Sendable {
        package let name: String
        package let rows: Int
        /// Of the new generation's rows, whatever their order: the sums of two hashes of each row's text.
        package let checksum: String
        /// Rows that stand in one of them only.
        package var onlyInOld = 0
        package var onlyInNew = 0
        /// The first of these, as text; `-` in the old generation only, `+` in the new one.
        package var first: [String] = []

        package var differences: Int { onlyInOld + onlyInNew }
    }

    package private(set) var tables: [Table] = []

    /// How many of the rows that differ are shown of each table.
    private static let shown = 3

    /// How many rows differ, by table; empty: the generations are equal.
    package var differences: [String: Int] {
        tables.reduce(into: [:]) { if $1.differences > 0 { $0[$1.name] = $1.differences } }
    }

    /// Compares within one snapshot: what is written meanwhile is seen in neither.
    ///
    /// By tenant, because a tenant's rows lie on one server.
    static func make(
        _ tables: [String],
        old: Int32,
        new: Int32,
        on connection: PostgresConnection
    ) async throws -> GenerationComparison {
        let heads = try await connection.query("SELECT h.tenant_id FROM log.heads AS h ORDER BY h.tenant_id")
        let tenants = try heads.map { try $0.decode(0, as: Int32.self) }
        var comparison = GenerationComparison()
        for table in tables {
            var sums: [(rows: Int, checksum: String)] = []
            var differing: [Int32] = []
            for tenant in tenants {
                let before = try await sum(table, old, tenant, on: connection)
                let after = try await sum(table, new, tenant, on: connection)
                if before != after { differing.append(tenant) }
                sums.append(after)
            }
            var result = Table(
                name: table,
                rows: sums.reduce(0) { $0 + $1.rows },
                checksum: sums.map(\.checksum).joined(separator: "/")
            )
            for tenant in differing {
                let (gone, some) = try await rows(of: table, in: old, butNot: new, tenant, on: connection)
                let (come, others) = try await rows(of: table, in: new, butNot: old, tenant, on: connection)
                result.onlyInOld += gone
                result.onlyInNew += come
                result.first += some.map { "- \($0)" } + others.map { "+ \($0)" }
            }
            comparison.tables.append(result)
        }
        return comparison
    }

    private static func sum(
        _ table: String,
        _ generation: Int32,
        _ tenant: Int32,
        on connection: PostgresConnection
    ) async throws -> (rows: Int, checksum: String) {
        let statement: UtilitySQL = """
            SELECT
                count(*),
                concat_ws(
                    '-', COALESCE(sum(hashtextextended(r::text, 0)), 0), COALESCE(sum(hashtextextended(r::text, 1)), 0)
                )
            FROM \(identifier: Generations.schema(generation)).\(identifier: table) AS r
            WHERE tenant_id = $1
            """
        let rows = try await connection.query(SQL(statement.text, [tenant]))
        guard let row = rows.first else { return (0, "") }
        let (count, checksum) = try row.decode((Int64, String).self)
        return (Int(count), checksum)
    }

    private static func rows(
        of table: String,
        in left: Int32,
        butNot right: Int32,
        _ tenant: Int32,
        on connection: PostgresConnection
    ) async throws -> (count: Int, first: [String]) {
        let statement: UtilitySQL = """
            WITH differing AS MATERIALIZED (
                SELECT r::text AS text
                FROM \(identifier: Generations.schema(left)).\(identifier: table) AS r
                WHERE tenant_id = $1
                EXCEPT ALL
                SELECT r::text
                FROM \(identifier: Generations.schema(right)).\(identifier: table) AS r
                WHERE tenant_id = $1
            )
            SELECT
                (SELECT count(*) FROM differing),
                ARRAY(SELECT left(d.text, 200) FROM differing AS d ORDER BY d.text COLLATE "C" LIMIT $2)
            """
        let rows = try await connection.query(SQL(statement.text, [tenant, Int64(shown)]))
        guard let row = rows.first else { return (0, []) }
        let (count, first) = try row.decode((Int64, [String]).self)
        return (Int(count), first)
    }
}
