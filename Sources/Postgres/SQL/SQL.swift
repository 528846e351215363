/// A statement with its bound values: `"SELECT * FROM demands WHERE id = \(id)"` becomes `... WHERE id = $1`.
///
/// Values never become part of the text. The parameter is declared with the type of the Swift value, so write the cast
/// where the statement needs another (`\(text)::jsonb`). Statements are prepared once a connection, by their text and
/// types: build the text from constants, and pass lists as one array (`= ANY (\(ids))`), not as many parameters.
package struct SQL: Sendable {
    /// The text with `$1`, `$2`, ... where the values go.
    package private(set) var text: String
    private(set) var parameters = Parameters()

    /// Text with explicit `$1` to `$n`, for statements out of files; the binds are in that order.
    ///
    /// The text must come from us, never from input.
    package init(_ text: String, _ binds: [any PostgresEncodable] = []) {
        self.text = text
        for bind in binds {
            parameters.append(bind)
        }
    }

    fileprivate init(text: String, parameters: Parameters) {
        self.text = text
        self.parameters = parameters
    }

    /// Adds another piece; its placeholders are numbered on from those of this one.
    package mutating func append(_ piece: SQL) {
        text += Placeholders.shifted(piece.text, by: parameters.count)
        parameters.append(piece.parameters)
    }

    /// Both pieces, one after the other, with nothing between them.
    package static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum.append(right)
        return sum
    }

    /// Adds another piece at the end.
    package static func += (left: inout SQL, right: SQL) {
        left.append(right)
    }
}

extension SQL: ExpressibleByStringInterpolation {
    /// A statement without values.
    package init(stringLiteral value: String) {
        text = value
    }

    /// A statement out of literal text and bound values.
    package init(stringInterpolation: StringInterpolation) {
        self.init(text: stringInterpolation.text, parameters: stringInterpolation.parameters)
    }

    /// Collects text and values.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var parameters = Parameters()

        /// Makes room.
        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 4 * interpolationCount)
        }

        /// Text that the programmer wrote.
        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Binds a value as the next `$n`.
        package mutating func appendInterpolation(_ value: some PostgresEncodable) {
            parameters.append(value)
            text += "$\(parameters.count)"
        }

        /// Binds a value, or NULL of the value's type, as the next `$n`.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            parameters.append(value)
            text += "$\(parameters.count)"
        }

        /// Inserts another piece with its values.
        package mutating func appendInterpolation(_ piece: SQL) {
            var whole = SQL(text: text, parameters: parameters)
            whole.append(piece)
            text = whole.text
            parameters = whole.parameters
        }

        /// Inserts constant text, such as a column list that several statements share.
        package mutating func appendInterpolation(unescaped fragment: StaticString) {
            text += fragment.description
        }
    }
}

extension SQL: CustomStringConvertible {
    /// The text without the values, which may be people's words.
    package var description: String { text }
}
