import EventSourcing
import Postgres
import Synchronization

/// How two generations of a projector compare at the same position, table by table.
package struct GenerationComparison: Sendable {
    /// One table in both.
    package struct Table: Sendable {
        package let name: String
        package let rows: Int
        /// Of the new generation's rows, whatever their order: the sums of a hash of each row, and of a hash of that.
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
    ///
    /// - Parameters:
    ///   - reader: has the snapshot.
    ///   - lanes: of further connections that share it, each reading one generation of a table at a time; none with
    ///     `width` 1, and none in a log that is distributed, where a snapshot is of one server.
    static func make(
        _ tables: [String],
        old: Int32,
        new: Int32,
        on reader: PostgresConnection,
        lanes pool: PostgresPool,
        width: Int
    ) async throws -> GenerationComparison {
        let heads = try await reader.query("SELECT h.tenant_id FROM log.heads AS h ORDER BY h.tenant_id")
        let tenants = try heads.map { try $0.decode(0, as: Int32.self) }
        let parts = tables.flatMap { table in
            tenants.flatMap { tenant in [old, new].map { Part(table: table, generation: $0, tenant: tenant) } }
        }
        let sums = try await Self.sums(of: parts, on: reader, lanes: pool, width: width)
        var comparison = GenerationComparison()
        for (place, table) in tables.enumerated() {
            var after: [Sum] = []
            var differing: [Int32] = []
            for (index, tenant) in tenants.enumerated() {
                let first = (place * tenants.count + index) * 2
                if sums[first] != sums[first + 1] { differing.append(tenant) }
                after.append(sums[first + 1])
            }
            var result = Table(
                name: table,
                rows: after.reduce(0) { $0 + $1.rows },
                checksum: after.map(\.checksum).joined(separator: "/")
            )
            for tenant in differing {
                let (gone, some) = try await rows(of: table, in: old, butNot: new, tenant, on: reader)
                let (come, others) = try await rows(of: table, in: new, butNot: old, tenant, on: reader)
                result.onlyInOld += gone
                result.onlyInNew += come
                result.first += some.map { "- \($0)" } + others.map { "+ \($0)" }
            }
            comparison.tables.append(result)
        }
        return comparison
    }

    /// One tenant's rows of one table in one generation.
    private struct Part: Sendable {
        let table: String
        let generation: Int32
        let tenant: Int32
    }

    /// The places from 0, each given to one lane.
    private final class Turns: Sendable {
        private let given = Mutex(0)
        private let count: Int

        init(_ count: Int) {
            self.count = count
        }

        func next() -> Int? {
            given.withLock { given in
                guard given < count else { return nil }
                defer { given += 1 }
                return given
            }
        }
    }

    private struct Sum: Equatable, Sendable {
        let rows: Int
        let checksum: String
    }

    /// - Returns: by place in `parts`.
    private static func sums(
        of parts: [Part],
        on reader: PostgresConnection,
        lanes pool: PostgresPool,
        width: Int
    ) async throws -> [Sum] {
        let distributed = try await reader.query("SELECT projections.is_distributed()")
        let isAlone = try width <= 1 || parts.count <= 1 || distributed.first?.decode(0, as: Bool.self) != false
        if isAlone {
            var sums: [Sum] = []
            for part in parts { sums.append(try await sum(part, on: reader)) }
            return sums
        }
        let exported = try await reader.query("SELECT pg_export_snapshot()")
        let snapshot = try exported.first?.decode(0, as: String.self) ?? ""
        let turns = Turns(parts.count)
        return try await withThrowingTaskGroup(of: [(Int, Sum)].self) { group in
            for _ in 0..<min(width, parts.count) {
                group.addTask {
                    try await pool.withConnection { connection in
                        try await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                        do {
                            try await connection.run(script: "SET TRANSACTION SNAPSHOT \(literal: snapshot)")
                            var sums: [(Int, Sum)] = []
                            while let place = turns.next() {
                                sums.append((place, try await sum(parts[place], on: connection)))
                            }
                            try await connection.execute("COMMIT")
                            return sums
                        } catch {
                            _ = try? await connection.execute("ROLLBACK")
                            throw error
                        }
                    }
                }
            }
            var found: [(Int, Sum)] = []
            for try await sums in group { found += sums }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// A hash of each row, by the hash functions of its columns' types (no row is made into text for it), and a hash of that.
    private static func sum(_ part: Part, on connection: PostgresConnection) async throws -> Sum {
        let statement: UtilitySQL = """
            SELECT
                count(*), concat_ws('-', COALESCE(sum(q.hash), 0), COALESCE(sum(hashint8extended(q.hash, 1)), 0))
            FROM (
                SELECT hash_record_extended(r, 0) AS hash
                FROM \(identifier: Generations.schema(part.generation)).\(identifier: part.table) AS r
                WHERE tenant_id = $1
                OFFSET 0
            ) AS q
            """
        let rows = try await connection.query(SQL(statement.text, [part.tenant]))
        guard let row = rows.first else { return Sum(rows: 0, checksum: "") }
        let (count, checksum) = try row.decode((Int64, String).self)
        return Sum(rows: Int(count), checksum: checksum)
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
