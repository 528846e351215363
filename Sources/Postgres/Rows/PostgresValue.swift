import FoundationEssentials

/// A value of any column, for code that shows rows whose columns it does not know, such as a view endpoint.
package enum PostgresValue: Hashable, Sendable {
    /// NULL.
    case null
    /// `boolean`
    case bool(Bool)
    /// `smallint`, `integer`, `bigint`, `oid`
    case int(Int64)
    /// `real`, `double precision`
    case double(Double)
    /// `numeric` with all its digits; `NaN`, `Infinity` and `-Infinity` are possible.
    case numeric(String)
    /// Text, names, enums; `uuid` in lower case; `date` as yyyy-MM-dd; `timestamptz` as ISO 8601 with `Z`, `timestamp`
    /// without it.
    case text(String)
    /// The text of `json` or `jsonb`.
    case json(String)
    /// `bytea`
    case bytes([UInt8])
    /// An array of one dimension.
    case array([PostgresValue])
    /// The binary form of a type that is not in this list. Cast it to `text` in the view.
    case other(type: UInt32, bytes: [UInt8])

    /// Reads a value that is not NULL.
    init(_ bytes: UnsafeRawBufferPointer, type: UInt32) {
        do throws(PostgresError) {
            self = try Self.decode(bytes, type: type)
        } catch {
            self = .other(type: type, bytes: Array(bytes))
        }
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer, type: UInt32) throws(PostgresError) -> PostgresValue {
        switch type {
        case PostgresType.bool.oid: return .bool(try Bool.decode(bytes, type: type))
        case PostgresType.int2.oid, PostgresType.int4.oid, PostgresType.int8.oid, PostgresType.oid.oid:
            return .int(try Int64.decode(bytes, type: type))
        case PostgresType.float4.oid:
            // Shortest text of the single, so that 0.1 stays 0.1.
            guard let bits = wholeInteger(bytes, as: UInt32.self) else { throw Double.malformed(type: type) }
            return .double(Double(Float(bitPattern: bits).description) ?? .nan)
        case PostgresType.float8.oid: return .double(try Double.decode(bytes, type: type))
        case PostgresType.numeric.oid: return .numeric(try String.decode(bytes, type: type))
        case PostgresType.json.oid, PostgresType.jsonb.oid: return .json(try String.decode(bytes, type: type))
        case PostgresType.bytea.oid: return .bytes(Array(bytes))
        case PostgresType.date.oid: return .text(try PostgresDate.decode(bytes, type: type).iso)
        case PostgresType.timestamptz.oid:
            return .text(try PostgresTimestamp.decode(bytes, type: type).description)
        case PostgresType.timestamp.oid:
            guard let time = wholeInteger(bytes).flatMap(PostgresTimestamp.init(microsecondsSince2000:)) else {
                throw PostgresTimestamp.malformed(type: type)
            }
            return .text(time.localDescription(zone: ""))
        case PostgresType.void.oid: return .null
        default:
            if elementTypes.contains(type) { return try decodeArray(bytes, type: type) }
            return .text(try String.decode(bytes, type: type))
        }
    }

    /// The arrays of the types above.
    private static let elementTypes: Set<UInt32> = Set(
        [
            PostgresType.bool, .int2, .int4, .int8, .oid, .float4, .float8, .numeric, .json, .jsonb, .bytea, .date,
            .timestamptz, .timestamp, .text, .varchar, .bpchar, .name, .uuid,
        ].map(\.arrayOID)
    )

    private static func decodeArray(
        _ bytes: UnsafeRawBufferPointer,
        type: UInt32
    ) throws(PostgresError) -> PostgresValue {
        var reader = BinaryReader(bytes)
        guard let header = reader.arrayHeader() else { throw String.malformed(type: type) }
        var values: [PostgresValue] = []
        for _ in 0..<header.count {
            switch reader.lengthPrefixed() {
            case .null: values.append(.null)
            case .value(let element): values.append(try decode(element, type: header.elementType))
            case .malformed: throw String.malformed(type: type)
            }
        }
        return .array(values)
    }
}
