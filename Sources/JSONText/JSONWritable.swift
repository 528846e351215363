/// Something that writes itself as exactly one JSON value.
///
/// Domain types conform, so that `json.field("tie", tie)` reads as it should.
package protocol JSONWritable {
    /// Writes one value, no more and no less.
    func write(to json: inout JSONWriter)
}

extension String: JSONWritable {
    /// NUL is written as `\u0000`, which `JSONValue.parse` refuses.
    package func write(to json: inout JSONWriter) {
        json.beginValue()
        json.appendQuoted(self)
        json.endValue()
    }
}

extension Int: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.beginValue()
        json.append(ascii: String(self))
        json.endValue()
    }
}

extension Double: JSONWritable {
    /// The shortest digits that read back as the same double, always with a fraction or exponent (`1.0`, `1e+16`).
    /// JSON has no infinities and no NaN: they are written as `null`, as ECMAScript does.
    package func write(to json: inout JSONWriter) {
        guard let number = JSONNumber(self) else { return json.null() }
        number.write(to: &json)
    }
}

extension Bool: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.beginValue()
        json.append(ascii: self ? "true" : "false")
        json.endValue()
    }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    /// nil is written as `null`; `field(_:ifPresent:)` leaves the member out instead.
    package func write(to json: inout JSONWriter) {
        guard let self else { return json.null() }
        self.write(to: &json)
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.array { json in
            for element in self { element.write(to: &json) }
        }
    }
}

extension JSONNumber: JSONWritable {
    /// The literal as it was written.
    package func write(to json: inout JSONWriter) {
        json.beginValue()
        json.append(ascii: text)
        json.endValue()
    }
}

extension JSONObject: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for member in members { json.field(member.key, member.value) }
        }
    }
}

extension JSONValue: JSONWritable {
    package func write(to json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .bool(let flag): flag.write(to: &json)
        case .number(let number): number.write(to: &json)
        case .string(let text): text.write(to: &json)
        case .array(let elements): elements.write(to: &json)
        case .object(let object): object.write(to: &json)
        }
    }

    /// The value in the writer's form. Of a parsed text it keeps the order of members and the digits of numbers,
    /// but neither blanks nor needless escapes.
    package var bytes: [UInt8] {
        var json = JSONWriter()
        write(to: &json)
        return json.bytes
    }
}
