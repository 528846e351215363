import CLibpq

/// An error that PostgreSQL reported, field by field.
///
/// `description` never holds `detail`, `hint` or `context`, and leaves out `message` for class 22, because the server
/// repeats values there and values may be people's words. Whoever logs those fields decides that for itself.
package struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package var sqlState: SQLState
    /// `ERROR`, `FATAL` or `PANIC`, never translated.
    package var severity: String
    /// The primary message. May repeat a value for class 22 (`invalid input syntax for type integer: "..."`).
    package var message: String
    /// More, often with values (`Key (email)=(...) already exists.`).
    package var detail: String?
    /// What the server or our own function advises.
    package var hint: String?
    /// Where in functions it happened; may repeat values.
    package var context: String?
    /// Schema of the table concerned.
    package var schema: String?
    /// Table concerned.
    package var table: String?
    /// Column concerned.
    package var column: String?
    /// The broken constraint: constraint names are the interface between schema and code.
    package var constraint: String?
    /// Where in the statement's text, in characters from 1.
    package var position: Int?

    /// An error with only the fields that are always there.
    package init(sqlState: SQLState, severity: String = "ERROR", message: String) {
        self.sqlState = sqlState
        self.severity = severity
        self.message = message
    }

    /// Reads the fields out of a result that libpq calls an error.
    init(result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        // The codes are PG_DIAG_* of postgres_ext.h, character macros that Swift does not import.
        sqlState = SQLState(rawValue: field("C") ?? "")
        severity = field("V") ?? field("S") ?? "ERROR"
        message = field("M") ?? String(cString: PQresultErrorMessage(result))
        detail = field("D")
        hint = field("H")
        context = field("W")
        schema = field("s")
        table = field("t")
        column = field("c")
        constraint = field("n")
        position = field("P").flatMap { Int($0) }
    }

    /// One line without anything that may repeat a value.
    package var description: String {
        var line = "\(severity) \(sqlState)"
        if sqlState.errorClass != "22" {
            line += ": \(message)"
        }
        if let constraint {
            line += " (constraint \(constraint))"
        }
        if let table {
            line += " (table \(table)\(column.map { ".\($0)" } ?? ""))"
        }
        return line
    }
}
