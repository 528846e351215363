/// Swift's integers: sent as the PostgreSQL type of the same width, read from any integer type that holds a fitting
/// value, and from `numeric` (the type of `sum(bigint)`) when it is a whole number.
package protocol PostgresInteger: FixedWidthInteger, PostgresEncodable, PostgresArrayElement, PostgresDecodable,
    PostgresArrayDecodable
{}

extension PostgresInteger {
    /// Network byte order.
    package func encode(into buffer: inout [UInt8]) {
        buffer.append(bigEndian: self)
    }

    /// Refuses values that do not fit.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        let value: Self?
        switch type {
        case PostgresType.int8.oid: value = wholeInteger(bytes, as: Int64.self).flatMap { Self(exactly: $0) }
        case PostgresType.int4.oid: value = wholeInteger(bytes, as: Int32.self).flatMap { Self(exactly: $0) }
        case PostgresType.int2.oid: value = wholeInteger(bytes, as: Int16.self).flatMap { Self(exactly: $0) }
        case PostgresType.oid.oid: value = wholeInteger(bytes, as: UInt32.self).flatMap { Self(exactly: $0) }
        case PostgresType.numeric.oid: value = PostgresNumeric(bytes)?.wholeNumber.flatMap { Self(exactly: $0) }
        default: throw mismatch(type: type)
        }
        guard let value else { throw malformed(type: type) }
        return value
    }
}

extension Int16: PostgresInteger {
    /// `smallint`
    package static var postgresType: PostgresType { .int2 }
}

extension Int32: PostgresInteger {
    /// `integer`
    package static var postgresType: PostgresType { .int4 }
}

extension Int64: PostgresInteger {
    /// `bigint`
    package static var postgresType: PostgresType { .int8 }
}

extension Int: PostgresInteger {
    /// `bigint`
    package static var postgresType: PostgresType { .int8 }
}
