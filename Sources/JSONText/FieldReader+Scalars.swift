/// What a text member may hold besides visible characters.
package struct TextRules: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// The empty string, or only white space.
    package static let blank = TextRules(rawValue: 1)
    /// LF, CR and tab: words of several paragraphs.
    package static let lineBreaks = TextRules(rawValue: 2)
    /// Every control character that JSON can carry (NUL it cannot).
    package static let controls = TextRules(rawValue: 4)
}

extension FieldReader {
    /// A text, exactly as it was sent: nothing is trimmed or normalised.
    ///
    /// - Parameters:
    ///   - maximumScalars: the longest that is accepted, in Unicode scalars.
    ///   - allow: without it, neither blank text nor control characters (line breaks among them) are accepted.
    package mutating func string(
        _ name: String,
        required: Bool = false,
        maximumScalars: Int,
        allow: TextRules = []
    ) -> String? {
        guard let found = take(name, required: required) else { return nil }
        return text(found.value, place: [found.index], pointer: found.pointer, maximumScalars, allow)
    }

    /// A text that the closure turns into something else, for instance a time; nil from it is `bad_format`.
    ///
    /// `expecting` completes "must be …": `an RFC 3339 time with offset`.
    package mutating func parsed<T>(
        _ name: String,
        required: Bool = false,
        maximumScalars: Int = 100,
        expecting: String,
        _ parse: (String) -> T?
    ) -> T? {
        guard let found = take(name, required: required),
            let text = text(found.value, place: [found.index], pointer: found.pointer, maximumScalars, .blank)
        else { return nil }
        guard let value = parse(text) else {
            report(place: [found.index], pointer: found.pointer, .badFormat, "must be \(expecting)")
            return nil
        }
        return value
    }

    /// An integer, written in digits only: `1.0` and `1e3` are refused.
    package mutating func int(_ name: String, required: Bool = false, in range: ClosedRange<Int>) -> Int? {
        guard let found = take(name, required: required) else { return nil }
        guard case .number(let number) = found.value,
            !number.text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") })
        else {
            report(place: [found.index], pointer: found.pointer, .wrongType, "must be an integer")
            return nil
        }
        guard let value = number.int, range.contains(value) else {
            let detail = "must be from \(range.lowerBound) to \(range.upperBound)"
            report(place: [found.index], pointer: found.pointer, .outOfRange, detail)
            return nil
        }
        return value
    }

    /// A number as the nearest double.
    package mutating func double(_ name: String, required: Bool = false, in range: ClosedRange<Double>) -> Double? {
        guard let found = take(name, required: required) else { return nil }
        guard case .number(let number) = found.value else {
            report(
                place: [found.index],
                pointer: found.pointer,
                .wrongType,
                "must be a number, not \(found.value.kind)"
            )
            return nil
        }
        guard let value = number.double, range.contains(value) else {
            let detail = "must be from \(range.lowerBound) to \(range.upperBound)"
            report(place: [found.index], pointer: found.pointer, .outOfRange, detail)
            return nil
        }
        return value
    }

    /// `true` or `false`; neither 0 and 1 nor words in quotes.
    package mutating func bool(_ name: String, required: Bool = false) -> Bool? {
        guard let found = take(name, required: required) else { return nil }
        guard case .bool(let flag) = found.value else {
            let detail = "must be true or false, not \(found.value.kind)"
            report(place: [found.index], pointer: found.pointer, .wrongType, detail)
            return nil
        }
        return flag
    }

    /// One of these words, compared scalar by scalar.
    package mutating func oneOf(_ name: String, _ words: [String], required: Bool = false) -> String? {
        guard let found = take(name, required: required) else { return nil }
        guard case .string(let text) = found.value else {
            report(
                place: [found.index],
                pointer: found.pointer,
                .wrongType,
                "must be a string, not \(found.value.kind)"
            )
            return nil
        }
        guard words.contains(where: { ExactText.same($0, text) }) else {
            let detail = "must be one of \(words.joined(separator: ", "))"
            report(place: [found.index], pointer: found.pointer, .notAllowed, detail)
            return nil
        }
        return text
    }

    /// One of the cases, by raw value.
    package mutating func oneOf<Case: RawRepresentable & CaseIterable>(
        _ name: String,
        _ type: Case.Type,
        required: Bool = false
    ) -> Case? where Case.RawValue == String {
        oneOf(name, Case.allCases.map { $0.rawValue }, required: required).flatMap { Case(rawValue: $0) }
    }

    /// A value that must be a text within the rules.
    mutating func text(
        _ value: JSONValue,
        place: @autoclosure () -> [Int],
        pointer: @autoclosure () -> String,
        _ maximumScalars: Int,
        _ allow: TextRules
    ) -> String? {
        guard case .string(let text) = value else {
            report(place: place(), pointer: pointer(), .wrongType, "must be a string, not \(value.kind)")
            return nil
        }
        // A scalar takes at most four bytes, so most texts need not be counted.
        if text.utf8.count > maximumScalars, text.unicodeScalars.count > maximumScalars {
            report(place: place(), pointer: pointer(), .tooLong, "must be at most \(maximumScalars) characters long")
            return nil
        }
        if !allow.contains(.blank), text.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) {
            report(place: place(), pointer: pointer(), .blank, "must hold more than white space")
            return nil
        }
        if !allow.contains(.controls), text.unicodeScalars.contains(where: { Self.isControl($0, allow) }) {
            let detail = allow.contains(.lineBreaks) ? "control characters" : "control characters or line breaks"
            report(place: place(), pointer: pointer(), .notAllowed, "must not hold \(detail)")
            return nil
        }
        return text
    }

    /// C0, DEL and C1, less what the rules let pass.
    private static func isControl(_ scalar: Unicode.Scalar, _ allow: TextRules) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: !allow.contains(.lineBreaks)
        case 0x00..<0x20, 0x7F...0x9F: true
        default: false
        }
    }
}
