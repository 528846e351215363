/// Reads rows out of the buffers of `COPY ... TO STDOUT (FORMAT binary)`, as `copyOut` hands them over.
///
/// The format names no types, so the caller's types must be those of the columns: `types` holds their object ids.
package struct BinaryCopyDecoder: Sendable {
    private let types: [UInt32]
    private var hasReadHeader = false

    /// A decoder for rows with columns of these types.
    package init(_ types: [PostgresType]) {
        self.types = types.map(\.oid)
    }

    /// Calls `body` with each row of a buffer, in order. Buffers must come in order too.
    package mutating func decode<each T: PostgresDecodable>(
        _ buffer: [UInt8],
        as _: (repeat each T).Type,
        _ body: ((repeat each T)) throws -> Void
    ) throws {
        let types = types
        var hasReadHeader = hasReadHeader
        defer { self.hasReadHeader = hasReadHeader }
        try buffer.withUnsafeBytes { bytes in
            var reader = BinaryReader(bytes)
            if !hasReadHeader {
                try reader.skipCopyHeader()
                hasReadHeader = true
            }
            while let count = reader.integer(Int16.self), count != -1 {
                guard Int(count) == types.count else {
                    throw PostgresError.decoding("\(count) columns in a binary COPY where \(types.count) were expected")
                }
                var column = 0
                try body((repeat try Self.next((each T).self, &reader, types, &column)))
            }
        }
    }

    private static func next<T: PostgresDecodable>(
        _: T.Type,
        _ reader: inout BinaryReader,
        _ types: [UInt32],
        _ column: inout Int
    ) throws(PostgresError) -> T {
        guard types.indices.contains(column) else { throw .decoding("more values than columns in a binary COPY") }
        let type = types[column]
        column += 1
        switch reader.lengthPrefixed() {
        case .null: return try T.decodeNull(type: type)
        case .value(let bytes): return try T.decode(bytes, type: type)
        case .malformed: throw .decoding("a binary COPY that ends within a row")
        }
    }
}
