/// One JSON value (RFC 8259), as strict as a public door has to be.
///
/// This parser is ours because Foundation's decoders accept duplicate keys (one of the two silently wins), let the
/// caller bound neither depth nor size, and name no place by JSON Pointer when they refuse; a door that answers
/// `errors[]` with pointers, and a log whose bytes are hashed, need all three.
///
/// Equality is of the text: strings and keys are compared scalar by scalar (Swift's own `==` on `String` would call
/// "é" and "e\u{301}" the same), numbers by their digits (`1.0` is not `1`), members in the order written.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): ExactText.same(left, right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension JSONValue {
    /// The string, or nil for any other kind.
    package var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The integer, or nil for any other kind and for numbers that are no integer literal (see `JSONNumber.int`).
    package var int: Int? { if case .number(let number) = self { number.int } else { nil } }

    /// The nearest double, or nil for any other kind and for numbers beyond its range.
    package var double: Double? { if case .number(let number) = self { number.double } else { nil } }

    /// The truth value, or nil for any other kind: 0, 1 and "true" are not booleans.
    package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    /// The elements, or nil for any other kind.
    package var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The object, or nil for any other kind.
    package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// Whether this is `null`.
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// The member of that name, or nil when there is none or this is no object. Names are compared scalar by scalar.
    package subscript(name: String) -> JSONValue? { object?[name] }

    /// The element at that place, or nil when there is none or this is no array.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The kind in words, as error details name it: `a string`, `an object`, `null`.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
