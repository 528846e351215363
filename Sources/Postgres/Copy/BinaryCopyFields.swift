/// Hands over the raw fields of the rows of `COPY ... TO STDOUT (FORMAT binary)`, without making values of them.
///
/// For readers of millions of rows; others are better off with `BinaryCopyDecoder`.
package struct BinaryCopyFields: Sendable {
    private let columns: Int
    private var hasReadHeader = false

    /// For rows with this many columns.
    package init(columns: Int) {
        self.columns = columns
    }

    /// Calls `body` with the fields of each row of a buffer, in order; a NULL is nil. Buffers must come in order too.
    ///
    /// The fields are valid until `body` returns.
    package mutating func read(
        _ buffer: [UInt8],
        _ body: ([UnsafeRawBufferPointer?]) throws -> Void
    ) throws {
        var hasReadHeader = hasReadHeader
        defer { self.hasReadHeader = hasReadHeader }
        var fields = [UnsafeRawBufferPointer?](repeating: nil, count: columns)
        try buffer.withUnsafeBytes { bytes in
            var reader = BinaryReader(bytes)
            if !hasReadHeader {
                try reader.skipCopyHeader()
                hasReadHeader = true
            }
            while let count = reader.integer(Int16.self), count != -1 {
                guard Int(count) == columns else {
                    throw PostgresError.decoding("\(count) columns in a binary COPY where \(columns) were expected")
                }
                for column in 0..<columns {
                    switch reader.lengthPrefixed() {
                    case .null: fields[column] = nil
                    case .value(let bytes): fields[column] = bytes
                    case .malformed: throw PostgresError.decoding("a binary COPY that ends within a row")
                    }
                }
                try body(fields)
            }
        }
    }
}

extension BinaryReader {
    mutating func skipCopyHeader() throws(PostgresError) {
        guard take(15) != nil, let extensionLength = integer(Int32.self), take(Int(extensionLength)) != nil else {
            throw .decoding("a binary COPY without its header")
        }
    }
}
