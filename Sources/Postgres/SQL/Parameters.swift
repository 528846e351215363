/// Bound values, encoded one after the other into one buffer.
struct Parameters: Sendable {
    /// The type of each.
    private(set) var types: [UInt32] = []
    /// The length of each, -1 for NULL.
    private(set) var lengths: [Int32] = []
    private(set) var bytes: [UInt8] = []

    var count: Int { types.count }

    mutating func append<T: PostgresEncodable>(_ value: T) {
        types.append(T.postgresType.oid)
        guard !value.isNull else {
            lengths.append(-1)
            return
        }
        let start = bytes.count
        value.encode(into: &bytes)
        // PostgreSQL takes at most 1 GiB a message; a longer value would be refused long before this clamp matters.
        lengths.append(Int32(clamping: bytes.count - start))
    }

    mutating func append(_ other: Parameters) {
        types += other.types
        lengths += other.lengths
        bytes += other.bytes
    }
}

extension Parameters: CustomStringConvertible, CustomReflectable {
    /// How many, never what.
    var description: String { "\(count) parameters" }

    /// Nothing: a dump must not show values.
    var customMirror: Mirror { Mirror(self, children: []) }
}
