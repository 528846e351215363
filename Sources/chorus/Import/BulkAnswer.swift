import FeedbackImport
import JSONText

/// One line of the server's answer to a bulk request with `?results=refused`.
enum BulkAnswer: Equatable {
    /// A line that was not stored, by its number in the request.
    case refused(line: Int, field: String?, detail: String)
    /// A line that may be stored or not, or that the server could not take now: sending it again is safe.
    case undecided(line: Int)
    /// The last line: what became of all.
    case totals(stored: Int, alreadyThere: Int)
    /// A result that needs no attention.
    case other

    init?(_ bytes: some Collection<UInt8>) {
        guard let value = try? JSONValue.parse(bytes), case .object = value else { return nil }
        guard let line = value["line"]?.int else {
            guard value["done"]?.bool == true, let stored = value["stored"]?.int else { return nil }
            self = .totals(stored: stored, alreadyThere: value["repeated"]?.int ?? 0)
            return
        }
        guard let problem = value["problem"], let status = value["status"]?.int, status >= 400 else {
            self = .other
            return
        }
        if status >= 500 || problem["code"]?.string == "conflict" {
            self = .undecided(line: line)
            return
        }
        let mistake = problem["errors"]?[0]
        let pointer = mistake?["pointer"]?.string ?? ""
        self = .refused(
            line: line,
            field: pointer.isEmpty ? nil : String(pointer.dropFirst()),
            detail: mistake?["detail"]?.string ?? problem["detail"]?.string ?? "refused with status \(status)"
        )
    }
}
