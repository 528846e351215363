/// A statement that takes no parameters: COPY, DDL, roles, settings. Values are quoted into the text.
///
/// Quoting follows `PQescapeIdentifier` and `PQescapeLiteral` for UTF-8, which every connection of this client uses. A
/// literal with a backslash becomes `E'...'`, so the result means the same whatever `standard_conforming_strings` is.
/// Text with a NUL character is refused when it is run. PostgreSQL cuts names after 63 bytes: keep them shorter.
package struct UtilitySQL: Sendable, CustomStringConvertible {
    /// The whole text.
    package private(set) var text: String

    /// A script of ours, such as a migration file; never anything that came in from outside.
    package init(trusted script: String) {
        text = script
    }

    /// The whole text. May hold quoted values, so it is not for logs.
    package var description: String { text }

    /// Both, one after the other.
    package static func + (left: UtilitySQL, right: UtilitySQL) -> UtilitySQL {
        UtilitySQL(trusted: left.text + right.text)
    }

    /// `name` as `"name"`, with quotes inside it doubled.
    static func quoted(identifier name: String) -> String {
        "\"" + doubling(["\""], in: name) + "\""
    }

    /// `value` as `'value'`, with quotes inside it doubled; ` E'value'` if it has a backslash.
    static func quoted(literal value: String) -> String {
        guard value.unicodeScalars.contains("\\") else { return "'" + doubling(["'"], in: value) + "'" }
        return " E'" + doubling(["'", "\\"], in: value) + "'"
    }

    /// By scalars: a quote followed by a combining mark is one `Character` that equals no quote.
    private static func doubling(_ special: Set<Unicode.Scalar>, in text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if special.contains(scalar) {
                result.append(scalar)
            }
            result.append(scalar)
        }
        return String(result)
    }
}

extension UtilitySQL: ExpressibleByStringInterpolation {
    /// A statement without values.
    package init(stringLiteral value: String) {
        text = value
    }

    /// A statement out of literal text and quoted values.
    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
    }

    /// Collects text and quotes values.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// Makes room.
        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 32 * interpolationCount)
        }

        /// Text that the programmer wrote.
        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// The name of a table, schema, column or role.
        package mutating func appendInterpolation(identifier name: String) {
            text += UtilitySQL.quoted(identifier: name)
        }

        /// A string constant.
        package mutating func appendInterpolation(literal value: String) {
            text += UtilitySQL.quoted(literal: value)
        }

        /// A number.
        package mutating func appendInterpolation(literal value: some FixedWidthInteger & Sendable) {
            text += value < 0 ? "(\(value))" : "\(value)"
        }

        /// Another statement or part of one.
        package mutating func appendInterpolation(_ piece: UtilitySQL) {
            text += piece.text
        }

        /// Constant text.
        package mutating func appendInterpolation(unescaped fragment: StaticString) {
            text += fragment.description
        }
    }
}
