extension PostgresValue {
    /// Appends the value as JSON, in UTF-8.
    ///
    /// Numbers keep all digits; `NaN` and infinities, which JSON lacks, become strings as in PostgreSQL's `to_json`; so do
    /// `bytea` and unknown types, as `\x` and hexadecimal digits.
    package func appendJSON(to output: inout [UInt8]) {
        switch self {
        case .null: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .int(let value): output += String(value).utf8
        case .double(let value) where value.isFinite: output += value.description.utf8
        case .double(let value):
            Self.appendString(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity", to: &output)
        case .numeric(let digits) where digits.last.map(\.isNumber) ?? false: output += digits.utf8
        case .numeric(let name): Self.appendString(name, to: &output)
        case .text(let text): Self.appendString(text, to: &output)
        case .json(let text): output += text.utf8
        case .bytes(let bytes), .other(_, let bytes): Self.appendHexadecimal(bytes, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.appendJSON(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        }
    }

    private static let hexadecimalDigits = Array("0123456789abcdef".utf8)

    private static func appendHexadecimal(_ bytes: [UInt8], to output: inout [UInt8]) {
        output += "\"\\\\x".utf8
        for byte in bytes {
            output.append(hexadecimalDigits[Int(byte >> 4)])
            output.append(hexadecimalDigits[Int(byte & 15)])
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func appendString(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x0A: output += "\\n".utf8
            case 0..<0x20:
                output += "\\u00".utf8
                output += [hexadecimalDigits[Int(byte >> 4)], hexadecimalDigits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

extension PostgresRows {
    /// All rows as a JSON array of objects, keys in column order, in UTF-8.
    package func jsonBytes() -> [UInt8] {
        let keys = columns.map { name in
            var key: [UInt8] = []
            PostgresValue.text(name).appendJSON(to: &key)
            return key + [UInt8(ascii: ":")]
        }
        var output: [UInt8] = [UInt8(ascii: "[")]
        for row in self {
            output += (row.index == 0 ? "{" : ",{").utf8
            for (column, key) in keys.enumerated() {
                if column > 0 { output.append(UInt8(ascii: ",")) }
                output += key
                row.value(column).appendJSON(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
        return output
    }
}
