import Foundation

/// What kept the private PostgreSQL cluster from doing as asked: what happened, where, and what to do about it.
///
/// `description` is written for the person at the prompt and holds all three. Match on `code`, never on the text.
package struct EmbeddedPostgresError: Error, Sendable, CustomStringConvertible {
    /// The kinds of trouble that a caller may want to tell apart.
    package enum Code: Sendable, Equatable {
        /// No PostgreSQL server binaries (or none of the version the data needs), or no account to run them as.
        case notInstalled
        /// A folder or file is missing, belongs to somebody else, or cannot be written.
        case folder
        /// `initdb` or the first setup of the cluster failed.
        case initialisation
        /// The postmaster did not become ready.
        case start
        /// The postmaster did not end in time.
        case stop
        /// The calling task was cancelled while it waited.
        case cancelled
    }

    package let code: Code
    /// One sentence: what went wrong.
    package let what: String
    /// The path or command it went wrong at.
    package let location: String
    /// What the operator can do now.
    package let advice: String
    /// The last lines of the failing program's output; empty when there was none.
    package let output: String

    init(_ code: Code, _ what: String, at location: String, advice: String, output: String = "") {
        self.code = code
        self.what = what
        self.location = location
        self.advice = advice
        self.output = output
    }

    package var description: String {
        var text = "\(what)\n  where: \(location)\n  what to do: \(advice)"
        if !output.isEmpty {
            text += "\n  it said:\n" + output.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        }
        return text
    }

    /// A system call failed on a path; call at once, while `errno` still belongs to it.
    static func system(_ what: String, at path: String, advice: String) -> EmbeddedPostgresError {
        let reason = String(cString: strerror(errno))
        return EmbeddedPostgresError(.folder, "\(what): \(reason)", at: path, advice: advice)
    }
}
