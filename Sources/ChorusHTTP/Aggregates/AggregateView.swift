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

    /// Whether its rows are those of a release; what the tenant registered is shown as it is at present.
    var isReleased: Bool { columns.contains("release") && columns.contains("release_position") }

    /// The release that the view shows, one row; no row before the first one. Only where it is released.
    var coordinates: SQL {
        SQL(UtilitySQL("SELECT release, release_position FROM aggregates.\(identifier: name) LIMIT 1").text)
    }

    /// A number that changes whenever a row does: what holds the pages of one walk together where nothing is released.
    var fingerprint: SQL {
        let statement: UtilitySQL = """
            SELECT COALESCE(('x' || left(md5(string_agg(v::text, E'\\n' ORDER BY v::text)), 15))::bit(60)::bigint, 0)
            FROM aggregates.\(identifier: name) AS v
            """
        return SQL(statement.text)
    }

    /// One row more than asked for, in an order that every column takes part in.
    ///
    /// Counting from the start is safe here and nowhere else: the rows of a release never change, and neither do those
    /// of a view with the same fingerprint.
    func page(offset: Int64, limit: Int) -> SQL {
        var text: UtilitySQL = "SELECT * FROM aggregates.\(identifier: name) ORDER BY "
        for (index, column) in columns.enumerated() {
            text = text + (index > 0 ? ", " : "") + "\(identifier: column)"
        }
        return SQL(text.text) + " LIMIT \(Int64(limit + 1)) OFFSET \(offset)"
    }
}

/// Rows of a view, and what they are as of.
struct AggregatePage: Sendable {
    /// Nil: nothing was released yet, or nothing ever is.
    let release: Int64?
    let releasePosition: Int64?
    /// What the next page must be of too: the release, else the fingerprint. Nil: there are no rows.
    let edition: Int64?
    let rows: PostgresRows

    init(released coordinates: PostgresRows, rows: PostgresRows) throws {
        let row = coordinates.first
        release = try row.map { Int64(try $0.decode(0, as: Int32.self)) }
        releasePosition = try row?.decode(1, as: Int64.self)
        edition = release
        self.rows = rows
    }

    init(present fingerprint: PostgresRows, rows: PostgresRows) throws {
        release = nil
        releasePosition = nil
        edition = try fingerprint.first?.decode(0, as: Int64.self)
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
