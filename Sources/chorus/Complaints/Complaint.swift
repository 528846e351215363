import EmbeddedPostgres
import EventSourcing
import Postgres

/// What the person at the prompt reads when a command cannot do its work: what is wrong and what to do, in one line.
struct Complaint: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Any error in words; never a dump of Swift's own.
    init(explaining error: any Error) {
        switch error {
        case let complaint as Complaint: self = complaint
        case let error as PostgresError: self.init(error)
        case let error as EmbeddedPostgresError: self.init(error)
        case let rejection as any Rejection: self.init(rejection.detail)
        default: self.init(oneLine("\(error)"))
        }
    }

    private init(_ error: EmbeddedPostgresError) {
        var words = "\(error.what) (\(error.location)). \(error.advice)"
        if !error.output.isEmpty { words += "\n\(error.output)" }
        self.init(words)
    }
}

/// A text of several lines as one, for messages that come from elsewhere.
func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: " ")
}
