/// A value that can be read out of a row, from PostgreSQL's binary format.
package protocol PostgresDecodable {
    /// Reads a value that is not NULL. `type` is the object id of the column's type; refuse those you do not know.
    static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self
    /// What NULL means; throws unless defined otherwise.
    static func decodeNull(type: UInt32) throws(PostgresError) -> Self
}

extension PostgresDecodable {
    /// NULL is refused.
    package static func decodeNull(type: UInt32) throws(PostgresError) -> Self {
        throw .decoding("NULL where \(Self.self) was expected")
    }

    /// The error for a type that `Self` cannot be read from.
    package static func mismatch(type: UInt32) -> PostgresError {
        .decoding("type with object id \(type) as \(Self.self)")
    }

    /// The error for bytes that do not have the form that the type promises, or a number that does not fit.
    package static func malformed(type: UInt32) -> PostgresError {
        .decoding("malformed or too large value of type with object id \(type) as \(Self.self)")
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// The wrapped value.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        .some(try Wrapped.decode(bytes, type: type))
    }

    /// Nil.
    package static func decodeNull(type: UInt32) throws(PostgresError) -> Self {
        nil
    }
}

/// A type whose Swift array can be read out of a row: an array, or for bytes a `bytea`.
package protocol PostgresArrayDecodable {
    /// Reads the whole array.
    static func decode(elements bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> [Self]
}

extension PostgresArrayDecodable where Self: PostgresDecodable {
    /// One dimension, or none at all.
    package static func decode(
        elements bytes: UnsafeRawBufferPointer,
        type: UInt32
    ) throws(PostgresError) -> [Self] {
        var reader = BinaryReader(bytes)
        guard let array = reader.arrayHeader() else { throw mismatch(type: type) }
        var elements: [Self] = []
        elements.reserveCapacity(array.count)
        for _ in 0..<array.count {
            switch reader.lengthPrefixed() {
            case .null: elements.append(try decodeNull(type: array.elementType))
            case .value(let element): elements.append(try decode(element, type: array.elementType))
            case .malformed: throw malformed(type: type)
            }
        }
        guard reader.isAtEnd else { throw malformed(type: type) }
        return elements
    }
}

extension Optional: PostgresArrayDecodable where Wrapped: PostgresArrayDecodable & PostgresDecodable {}

extension Array: PostgresDecodable where Element: PostgresArrayDecodable {
    /// All elements, in order.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        try Element.decode(elements: bytes, type: type)
    }
}
