import JSONText
import Postgres

/// A view of schema `aggregates` that exists.
struct AggregateView: Sendable {
    let name: String
    let columns: [String]

    /// The view of that name; nil when there is none.
    static func find(_ name: String, in pool: PostgresPool) async throws -> AggregateView? {
        let rows = try await pool.query(
            """
            SELECT a.attname::text
            FROM pg_class AS c
            JOIN pg_namespace AS n
                ON n.oid = c.relnamespace
            JOIN pg_attribute AS a
                ON a.attrelid = c.oid
                AND a.attnum > 0
                AND NOT a.attisdropped
            WHERE n.nspname = 'aggregates'
                AND c.relkind = 'v'
                AND c.relname = \(name)
            ORDER BY a.attnum
            """
        )
        guard !rows.isEmpty else { return nil }
        return AggregateView(name: name, columns: try rows.map { try $0.decode(0) })
    }

    /// The release that the view shows; no row before the first one.
    var coordinates: SQL {
        SQL(UtilitySQL("SELECT release, release_position FROM aggregates.\(identifier: name) LIMIT 1").text)
    }

    /// One row more than asked for, in an order that every column takes part in.
    ///
    /// Counting from the start is safe here and nowhere else: the rows of a release never change.
    func page(offset: Int64, limit: Int) -> SQL {
        var text: UtilitySQL = "SELECT * FROM aggregates.\(identifier: name) ORDER BY "
        for (index, column) in columns.enumerated() {
            text = text + (index > 0 ? ", " : "") + "\(identifier: column)"
        }
        return SQL(text.text) + " LIMIT \(Int64(limit + 1)) OFFSET \(offset)"
    }
}

/// Rows of a release.
struct AggregatePage: Sendable {
    /// Nil: nothing was released yet.
    let release: Int64?
    let releasePosition: Int64?
    let rows: PostgresRows

    init(coordinates: PostgresRows, rows: PostgresRows) throws {
        if let row = coordinates.first {
            release = Int64(try row.decode(0, as: Int32.self))
            releasePosition = try row.decode(1, as: Int64.self)
        } else {
            release = nil
            releasePosition = nil
        }
        self.rows = rows
    }

    /// The whole answer: rows as arrays in the order of `columns`.
    func json(_ view: AggregateView, limit: Int) -> [UInt8] {
        JSONWriter.object(capacity: 4_096) { json in
            json.field("view", view.name)
            json.field("release", release.map { Int($0) })
            json.field("releasePosition", releasePosition.map { Int($0) })
            json.field("columns", view.columns)
            json.array("rows", of: rows.prefix(limit)) { json, row in
                json.array { json in
                    for column in view.columns.indices {
                        var value: [UInt8] = []
                        row.value(column).appendJSON(to: &value)
                        json.raw(json: value)
                    }
                }
            }
        }
    }
}
