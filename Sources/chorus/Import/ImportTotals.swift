import CSVRows
import FeedbackImport
import JSONText

/// What became of the rows of a file.
struct ImportTotals: Sendable {
    var read = 0
    var stored = 0
    var alreadyThere = 0
    /// Requests that were sent again: what their first attempt had stored counts as already there.
    var repeatedRequests = 0
    private(set) var refused = 0
    private(set) var reasons: [String: (count: Int, lines: [Int])] = [:]

    private static let shownLines = 5
    private static let shownReasons = 20

    mutating func refuse(_ refusal: RowRefusal) {
        refused += 1
        reasons[refusal.reason, default: (0, [])].count += 1
        if reasons[refusal.reason, default: (0, [])].lines.count < Self.shownLines {
            reasons[refusal.reason, default: (0, [])].lines.append(refusal.line)
        }
    }

    /// The refused rows by reason, the most frequent first.
    var summary: [String] {
        let sorted = reasons.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        var lines = sorted.prefix(Self.shownReasons).map { reason, found in
            let more = found.count > found.lines.count ? " and \(found.count - found.lines.count) more" : ""
            let numbers = found.lines.map(String.init).joined(separator: ", ")
            return "  \(found.count) × \(reason)  (line \(numbers)\(more))"
        }
        if sorted.count > Self.shownReasons { lines.append("  and \(sorted.count - Self.shownReasons) other reasons") }
        return lines
    }

    /// `3034 read: 3030 stored, 0 already there, 4 refused`.
    var sentence: String {
        let again = repeatedRequests > 0 ? "; \(repeatedRequests) requests were sent again" : ""
        return "\(read) read: \(stored) stored, \(alreadyThere) already there, \(refused) refused\(again)"
    }

    /// One JSON object.
    func json(release: Int?) -> String {
        let bytes = JSONWriter.object { json in
            json.field("read", read)
            json.field("stored", stored)
            json.field("alreadyThere", alreadyThere)
            json.field("refused", refused)
            json.field("repeatedRequests", repeatedRequests)
            json.field("release", ifPresent: release)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
