/// Why a text was refused, and where.
///
/// The input may be somebody's words: of values nothing is quoted, of names at most 40 scalars.
package struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the grammar, or a limit, found wrong.
    package enum Reason: Sendable, Equatable {
        /// Not UTF-8: truncated or overlong sequences, encoded surrogates, beyond U+10FFFF, other encodings.
        case invalidUTF8
        /// U+FEFF before the text, which RFC 8259 forbids to send.
        case byteOrderMark
        /// A byte below 0x20 inside a string, other than NUL.
        case controlCharacter
        /// NUL, as a byte or as `\u0000`: PostgreSQL cannot keep it.
        case nul
        /// One half of a surrogate pair, written as an escape without its other half.
        case loneSurrogate
        /// A name that the same object already has; clipped as in a pointer.
        case duplicateKey(String)
        /// More arrays and objects open at once than the limit.
        case tooDeep(maximum: Int)
        /// More bytes than the limit.
        case tooLarge(maximum: Int)
        /// More members in one object than the limit.
        case tooManyMembers(maximum: Int)
        /// Something other than blanks behind the value.
        case trailingText
        /// The text ends before the value does.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(expected: Expectation)
        /// Digits that are no JSON number: `01`, `1.`, `-`, `1e`.
        case badNumber
        /// A backslash followed by something that is no escape.
        case badEscape
    }

    /// What could have stood where an unexpected byte was found.
    package enum Expectation: String, Sendable {
        case value = "a value"
        case keyOrEnd = "a name in quotes or '}'"
        case key = "a name in quotes"
        case colon = "':'"
        case commaOrBrace = "',' or '}'"
        case commaOrBracket = "',' or ']'"
    }

    /// What was wrong.
    package let reason: Reason
    /// Where, in bytes from 0; the length of the text when it ends too early.
    package let offset: Int
    /// The line, from 1; lines end with LF.
    package let line: Int
    /// The column, from 1, counted in Unicode scalars.
    package let column: Int
    /// RFC 6901: the value that was being read, for a duplicate key the second one. Names are clipped to 40 scalars.
    package let pointer: String

    /// One sentence for people, with the place.
    package var description: String {
        let place = pointer.isEmpty ? "" : " (\(pointer))"
        return "line \(line), column \(column)\(place): \(reason.sentence)"
    }
}

extension JSONSyntaxError.Reason {
    /// What is wrong, in words, without the place.
    package var sentence: String {
        switch self {
        case .invalidUTF8: "the text is not valid UTF-8"
        case .byteOrderMark: "the text begins with a byte order mark"
        case .controlCharacter: "a control character in a string must be escaped"
        case .nul: "NUL is not accepted, written out or escaped"
        case .loneSurrogate: "an escaped surrogate lacks its other half"
        case .duplicateKey(let name): "the name \"\(name)\" is already taken in this object"
        case .tooDeep(let maximum): "nested deeper than \(maximum) levels"
        case .tooLarge(let maximum): "longer than \(maximum) bytes"
        case .tooManyMembers(let maximum): "an object has more than \(maximum) members"
        case .trailingText: "there is more text behind the value"
        case .unexpectedEnd: "the text ends too early"
        case .unexpectedByte(let expected): "expected \(expected.rawValue)"
        case .badNumber: "not a JSON number"
        case .badEscape: "not a JSON escape"
        }
    }

    /// The same reason as a stable word, for answers that programs read: `duplicate_key`.
    package var code: String {
        switch self {
        case .invalidUTF8: "invalid_utf8"
        case .byteOrderMark: "byte_order_mark"
        case .controlCharacter: "control_character"
        case .nul: "nul"
        case .loneSurrogate: "lone_surrogate"
        case .duplicateKey: "duplicate_key"
        case .tooDeep: "too_deep"
        case .tooLarge: "too_large"
        case .tooManyMembers: "too_many_members"
        case .trailingText: "trailing_text"
        case .unexpectedEnd: "unexpected_end"
        case .unexpectedByte: "unexpected_byte"
        case .badNumber: "bad_number"
        case .badEscape: "bad_escape"
        }
    }
}
