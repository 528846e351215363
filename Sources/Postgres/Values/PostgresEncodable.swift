/// A value that can be bound to `$n`, in PostgreSQL's binary format.
///
/// Conform to ``PostgresArrayElement`` as well when arrays of the type are to be bound.
package protocol PostgresEncodable: Sendable {
    /// The type that the parameter is declared with.
    static var postgresType: PostgresType { get }
    /// True if the value is NULL; `encode(into:)` is then not called. False unless defined otherwise.
    var isNull: Bool { get }
    /// Appends the binary form, without a length.
    func encode(into buffer: inout [UInt8])
}

extension PostgresEncodable {
    /// Not NULL.
    package var isNull: Bool { false }
}

/// A type whose Swift array is a PostgreSQL value: an array, or for bytes a `bytea`.
///
/// For a ``PostgresEncodable`` type the conformance needs no code. Arrays of arrays do not conform, so that they are
/// refused by the compiler.
package protocol PostgresArrayElement: Sendable {
    /// The type of `[Self]`.
    static var postgresArrayType: PostgresType { get }
    /// Appends the binary form of the whole array, without a length.
    static func encode(elements: [Self], into buffer: inout [UInt8])
}

extension PostgresArrayElement where Self: PostgresEncodable {
    /// The array type of the element's type.
    package static var postgresArrayType: PostgresType {
        PostgresType(oid: postgresType.arrayOID)
    }

    /// One dimension, lower bound 1; elements that are NULL stay NULL.
    package static func encode(elements: [Self], into buffer: inout [UInt8]) {
        // ndim, has-null flag (readers ignore it), element type, then per dimension length and lower bound
        guard !elements.isEmpty else {
            buffer.append(bigEndian: Int32(0))
            buffer.append(bigEndian: Int32(0))
            buffer.append(bigEndian: postgresType.oid)
            return
        }
        buffer.append(bigEndian: Int32(1))
        buffer.append(bigEndian: Int32(elements.contains { $0.isNull } ? 1 : 0))
        buffer.append(bigEndian: postgresType.oid)
        buffer.append(bigEndian: Int32(truncatingIfNeeded: elements.count))
        buffer.append(bigEndian: Int32(1))
        for element in elements {
            buffer.append(lengthPrefixed: element)
        }
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    /// The type of the wrapped value.
    package static var postgresType: PostgresType { Wrapped.postgresType }

    /// True for nil.
    package var isNull: Bool {
        self?.isNull ?? true
    }

    /// Appends the wrapped value; nothing for nil.
    package func encode(into buffer: inout [UInt8]) {
        self?.encode(into: &buffer)
    }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement & PostgresEncodable {}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    /// The array type of the element, `bytea` for bytes.
    package static var postgresType: PostgresType { Element.postgresArrayType }

    /// Appends all elements in one pass.
    package func encode(into buffer: inout [UInt8]) {
        Element.encode(elements: self, into: &buffer)
    }
}

extension [UInt8] {
    /// Appends an integer in network byte order.
    package mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// Appends a length of four bytes and the value; -1 and nothing for NULL. The form inside arrays and COPY rows.
    mutating func append(lengthPrefixed value: some PostgresEncodable) {
        guard !value.isNull else {
            append(bigEndian: Int32(-1))
            return
        }
        let start = count
        append(bigEndian: Int32(0))
        value.encode(into: &self)
        let length = Int32(truncatingIfNeeded: count - start - 4).bigEndian
        Swift.withUnsafeBytes(of: length) { bytes in
            for (offset, byte) in bytes.enumerated() {
                self[start + offset] = byte
            }
        }
    }
}
