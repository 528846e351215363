import FoundationEssentials

extension Bool: PostgresEncodable, PostgresArrayElement, PostgresDecodable, PostgresArrayDecodable {
    /// `boolean`
    package static var postgresType: PostgresType { .bool }

    /// One byte.
    package func encode(into buffer: inout [UInt8]) {
        buffer.append(self ? 1 : 0)
    }

    /// From `boolean` only.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        guard type == PostgresType.bool.oid else { throw mismatch(type: type) }
        guard let byte = wholeInteger(bytes, as: UInt8.self) else { throw malformed(type: type) }
        return byte != 0
    }
}

extension Double: PostgresEncodable, PostgresArrayElement, PostgresDecodable, PostgresArrayDecodable {
    /// `double precision`
    package static var postgresType: PostgresType { .float8 }

    /// The bit pattern; NaN and infinities are values.
    package func encode(into buffer: inout [UInt8]) {
        buffer.append(bigEndian: bitPattern)
    }

    /// From both floating types, and from `numeric` as the nearest value.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        let value: Double?
        switch type {
        case PostgresType.float8.oid: value = wholeInteger(bytes, as: UInt64.self).map { Double(bitPattern: $0) }
        case PostgresType.float4.oid:
            value = wholeInteger(bytes, as: UInt32.self).map { Double(Float(bitPattern: $0)) }
        case PostgresType.numeric.oid: value = PostgresNumeric(bytes).flatMap { Double($0.description) }
        default: throw mismatch(type: type)
        }
        guard let value else { throw malformed(type: type) }
        return value
    }
}

extension UUID: PostgresEncodable, PostgresArrayElement, PostgresDecodable, PostgresArrayDecodable {
    /// `uuid`
    package static var postgresType: PostgresType { .uuid }

    /// Sixteen bytes.
    package func encode(into buffer: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { buffer.append(contentsOf: $0) }
    }

    /// From `uuid` only.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        guard type == PostgresType.uuid.oid else { throw mismatch(type: type) }
        guard bytes.count == MemoryLayout<uuid_t>.size else { throw malformed(type: type) }
        return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

// A byte is no PostgreSQL type; an array of bytes is `bytea`.
extension UInt8: PostgresArrayElement, PostgresArrayDecodable {
    /// `bytea`
    package static var postgresArrayType: PostgresType { .bytea }

    /// The bytes as they are.
    package static func encode(elements: [UInt8], into buffer: inout [UInt8]) {
        buffer.append(contentsOf: elements)
    }

    /// From `bytea`, and the exact stored bytes of `json`, `text` and `jsonb`'s text.
    package static func decode(
        elements bytes: UnsafeRawBufferPointer,
        type: UInt32
    ) throws(PostgresError) -> [UInt8] {
        switch type {
        case PostgresType.bytea.oid, PostgresType.json.oid, PostgresType.text.oid: return Array(bytes)
        case PostgresType.jsonb.oid where bytes.first == 1: return Array(bytes.dropFirst())
        default: throw [UInt8].mismatch(type: type)
        }
    }
}

extension Array: PostgresArrayElement where Element == UInt8 {}
extension Array: PostgresArrayDecodable where Element == UInt8 {}
