/// One row of a result.
package struct PostgresRow: Sendable {
    let result: ResultBox
    /// From 0.
    package let index: Int

    /// The names of the columns, in order.
    package var columns: [String] {
        (0..<result.columnCount).map { result.columnName($0) }
    }

    /// The value of a column, counted from 0.
    package func decode<T: PostgresDecodable>(_ column: Int, as _: T.Type = T.self) throws(PostgresError) -> T {
        guard (0..<result.columnCount).contains(column), (0..<result.rowCount).contains(index) else {
            throw .decoding("no column \(column) in row \(index)")
        }
        let type = result.columnType(column)
        do {
            // The closure keeps the result alive while its bytes are read.
            return try withExtendedLifetime(result) { () throws(PostgresError) -> T in
                guard let bytes = result.bytes(row: index, column: column) else { return try T.decodeNull(type: type) }
                return try T.decode(bytes, type: type)
            }
        } catch {
            guard case .decoding(let reason) = error else { throw error }
            throw .decoding("column \(result.columnName(column)): \(reason)")
        }
    }

    /// The value of the first column with exactly this name.
    package func decode<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let column = result.column(named: name) else { throw .decoding("no column named \(name)") }
        return try decode(column, as: type)
    }

    /// All values as a tuple, which must have as many elements as there are columns.
    package func decode<each T: PostgresDecodable>(
        _ types: (repeat each T).Type
    ) throws(PostgresError) -> (repeat each T) {
        var wanted = 0
        for _ in repeat (each T).self {
            wanted += 1
        }
        guard wanted == result.columnCount else {
            throw .decoding("\(result.columnCount) columns as \(wanted) values")
        }
        var column = 0
        return (repeat try decodeNext((each T).self, &column))
    }

    private func decodeNext<T: PostgresDecodable>(_ type: T.Type, _ column: inout Int) throws(PostgresError) -> T {
        defer { column += 1 }
        return try decode(column, as: type)
    }

    /// The value of a column whatever its type, for generic rendering; `.null` if there is no such column.
    package func value(_ column: Int) -> PostgresValue {
        guard (0..<result.columnCount).contains(column), (0..<result.rowCount).contains(index) else { return .null }
        return withExtendedLifetime(result) {
            guard let bytes = result.bytes(row: index, column: column) else { return .null }
            return PostgresValue(bytes, type: result.columnType(column))
        }
    }
}
