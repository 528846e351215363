/// Why one row of a file is not stored: which line, which field, what was wrong. Never holds the value.
package struct RowRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// A kind of refusal, as a stable word.
    package enum Code: String, Sendable {
        /// The line is no JSON object, or has more fields than the CSV header.
        case malformed
        case wrongType = "wrong_type"
        case badTime = "bad_time"
        /// A time without offset, and the mapping has no zone: it is the command that lacks something, not the row.
        case timeZoneNeeded = "time_zone_needed"
        case badNumber = "bad_number"
        /// The server refused it.
        case server
    }

    /// From 1, as an editor counts the file's lines; the first one of a CSV row that has several.
    package let line: Int
    /// The field concerned; nil: the row as a whole.
    package let field: String?
    package let code: Code
    /// The rule in words, fit to follow the field's name: `must be a whole number from 0`.
    package let detail: String

    package init(line: Int, field: String? = nil, code: Code, detail: String) {
        self.line = line
        self.field = field
        self.code = code
        self.detail = detail
    }

    /// What was wrong, without the line: rows refused for the same reason have the same text.
    package var reason: String { field.map { "\($0): \(detail)" } ?? detail }

    package var description: String { "line \(line): \(reason)" }
}
