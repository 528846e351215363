/// Rows in the form of `COPY ... FROM STDIN (FORMAT binary)`.
///
/// The types must be those of the columns exactly: COPY casts nothing. Use `PostgresJSON` for `json`.
package struct BinaryCopyEncoder: Sendable {
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + Array(repeating: 0, count: 8)
    /// What has been encoded since the last `take()`.
    package private(set) var bytes = header

    /// Starts with the header.
    package init() {}

    /// Adds a row.
    package mutating func append<each T: PostgresEncodable>(_ values: repeat each T) {
        let start = bytes.count
        bytes.append(bigEndian: Int16(0))
        var count: Int16 = 0
        for value in repeat each values {
            bytes.append(lengthPrefixed: value)
            count += 1
        }
        bytes[start] = UInt8(truncatingIfNeeded: count >> 8)
        bytes[start + 1] = UInt8(truncatingIfNeeded: count)
    }

    /// Hands over what has been encoded and goes on with an empty buffer.
    package mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Hands over the rest with the trailer.
    package mutating func finish() -> [UInt8] {
        bytes.append(bigEndian: Int16(-1))
        return take()
    }
}
