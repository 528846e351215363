import FoundationEssentials

extension String: PostgresEncodable, PostgresArrayElement, PostgresDecodable, PostgresArrayDecodable {
    /// `text`. For other types write the cast in the statement: `$1::jsonb`, `$1::my_enum`.
    package static var postgresType: PostgresType { .text }

    /// UTF-8. A NUL character is refused by the server (22021): PostgreSQL cannot store it.
    package func encode(into buffer: inout [UInt8]) {
        buffer.append(contentsOf: utf8)
    }

    /// From every type whose binary form is text, `jsonb`, `uuid` (lower case), `numeric` (all digits), and types that
    /// the database defined itself, such as enums, as long as their bytes are text.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        let text: String?
        switch type {
        case PostgresType.text.oid, PostgresType.varchar.oid, PostgresType.bpchar.oid, PostgresType.name.oid,
            PostgresType.json.oid, PostgresType.xml.oid, PostgresType.char.oid, PostgresType.unknown.oid:
            text = String(validating: bytes, as: UTF8.self)
        case PostgresType.jsonb.oid:
            text = bytes.first == 1 ? String(validating: bytes.dropFirst(), as: UTF8.self) : nil
        case PostgresType.uuid.oid: text = try UUID.decode(bytes, type: type).uuidString.lowercased()
        case PostgresType.numeric.oid: text = PostgresNumeric(bytes)?.description
        case PostgresType.firstUserOID...:
            // A composite or range starts with counts or flags, so it holds NUL, which text never does.
            guard !bytes.contains(0), let label = String(validating: bytes, as: UTF8.self) else {
                throw mismatch(type: type)
            }
            text = label
        default: throw mismatch(type: type)
        }
        guard let text else { throw malformed(type: type) }
        return text
    }
}

/// JSON text bound as `json`, byte for byte, without a cast from `text` in the statement.
///
/// For a `jsonb` column write `$1::jsonb`. The server checks that it is JSON (22P02).
package struct PostgresJSON: Hashable, PostgresEncodable, PostgresArrayElement, PostgresDecodable,
    PostgresArrayDecodable
{
    /// UTF-8 text of one JSON value.
    package var bytes: [UInt8]

    /// Takes the bytes as they are.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Takes the text as it is.
    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// `json`
    package static var postgresType: PostgresType { .json }

    /// The text.
    package func encode(into buffer: inout [UInt8]) {
        buffer.append(contentsOf: bytes)
    }

    /// From `json` and `jsonb`.
    package static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> Self {
        guard type == PostgresType.json.oid || type == PostgresType.jsonb.oid else { throw mismatch(type: type) }
        return PostgresJSON(try UInt8.decode(elements: bytes, type: type))
    }
}
