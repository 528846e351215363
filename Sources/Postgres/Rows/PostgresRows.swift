import CLibpq
import Glibc

/// What a statement returned: rows in order, decoded when they are asked for.
///
/// A value that outlives its connection; it keeps the whole result in memory until the last row of it is gone.
package struct PostgresRows: RandomAccessCollection, Sendable {
    let result: ResultBox

    /// The names of the columns, in order. Empty for statements that return no rows.
    package var columns: [String] {
        (0..<result.columnCount).map { result.columnName($0) }
    }

    /// The types of the columns, as object ids.
    package var columnTypes: [UInt32] {
        (0..<result.columnCount).map { result.columnType($0) }
    }

    /// How many rows an INSERT, UPDATE, DELETE, MERGE, COPY or SELECT touched; 0 for other statements.
    package var affectedRows: Int { result.affectedRows }

    /// Always 0.
    package var startIndex: Int { 0 }

    /// The number of rows.
    package var endIndex: Int { result.rowCount }

    /// The row at an index below `count`.
    package subscript(position: Int) -> PostgresRow {
        PostgresRow(result: result, index: position)
    }

    /// Every row as a tuple: `for (id, name) in try rows.decode((Int64, String?).self)`.
    ///
    /// The tuple must have as many elements as there are columns.
    package func decode<each T: PostgresDecodable>(
        _ types: (repeat each T).Type
    ) throws(PostgresError) -> [(repeat each T)] {
        var all: [(repeat each T)] = []
        all.reserveCapacity(count)
        for row in self {
            all.append(try row.decode(types))
        }
        return all
    }

    /// The values of the only column.
    package func decode<T: PostgresDecodable>(_: T.Type) throws(PostgresError) -> [T] {
        guard result.columnCount == 1 else { throw .decoding("\(result.columnCount) columns as one value") }
        var all: [T] = []
        all.reserveCapacity(count)
        for row in self {
            all.append(try row.decode(0, as: T.self))
        }
        return all
    }

    /// The value of the only column of the only row, nil if there is no row; more rows are an error.
    package func decodeOne<T: PostgresDecodable>(_ type: T.Type) throws(PostgresError) -> T? {
        guard count <= 1 else { throw .decoding("\(count) rows where at most one was expected") }
        return try decode(type).first
    }

    /// The only row as a tuple, nil if there is none; more than one is an error.
    package func decodeOne<each T: PostgresDecodable>(
        _ types: (repeat each T).Type
    ) throws(PostgresError) -> (repeat each T)? {
        guard count <= 1 else { throw .decoding("\(count) rows where at most one was expected") }
        guard let row = first else { return nil }
        return try row.decode(types)
    }
}

/// Owns one `PGresult`.
///
/// Unchecked: the pointer never changes, the result is only read after this object is made, which libpq allows from
/// any number of threads, and it is freed when nobody can read it any more.
final class ResultBox: @unchecked Sendable {
    private let result: OpaquePointer
    let rowCount: Int
    let columnCount: Int

    /// Takes ownership.
    init(_ result: OpaquePointer) {
        self.result = result
        rowCount = Int(PQntuples(result))
        columnCount = Int(PQnfields(result))
    }

    deinit {
        PQclear(result)
    }

    var affectedRows: Int {
        PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    func columnName(_ column: Int) -> String {
        PQfname(result, Int32(column)).map { String(cString: $0) } ?? ""
    }

    func columnType(_ column: Int) -> UInt32 {
        PQftype(result, Int32(column))
    }

    /// The first column with exactly this name.
    func column(named name: String) -> Int? {
        name.withCString { wanted in
            (0..<columnCount).first { column in
                PQfname(result, Int32(column)).map { strcmp($0, wanted) == 0 } ?? false
            }
        }
    }

    /// The bytes of a value, nil for NULL. They live as long as this object.
    func bytes(row: Int, column: Int) -> UnsafeRawBufferPointer? {
        let (row, column) = (Int32(row), Int32(column))
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return nil }
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
    }
}
