import EventSourcing
import JSONText

/// A demand as the server tells it, in words for the prompt.
struct ShownDemand {
    let json: JSONValue
    let now: Timestamp

    private var handling: JSONValue? { json["handling"] }

    var id: String { json["id"]?.string ?? "" }
    var state: String { handling?["state"]?.string ?? "" }
    var responsible: String? { handling?["responsible"]?.string }

    /// For the list, in the order of its header.
    var row: [String] {
        [
            id, due ?? "-", handling?["isUrgent"]?.bool == true ? "urgent" : "", state, responsible ?? "-",
            json["kind"]?.string ?? "-", json["category"]?.string ?? "-", firstWords,
        ]
    }

    static let header = ["DEMAND", "DUE", "URGENT", "STATE", "RESPONSIBLE", "KIND", "CATEGORY", "WORDS"]

    /// `in 3 d`, `5 h OVERDUE`; nil: no rule says by when. What waits for nobody any more is never overdue.
    var due: String? {
        guard let at = handling?["dueAt"]?.string.flatMap({ Timestamp(rfc3339: $0) }) else { return nil }
        let left = at.microsecondsSince1970 - now.microsecondsSince1970
        let distance = Self.distance(left.magnitude / 1_000_000)
        guard left < 0 else { return "in \(distance)" }
        return handling?["phase"]?.string == "open" ? "\(distance) OVERDUE" : "\(distance) ago"
    }

    /// Rounded down, in the largest unit that it fills.
    static func distance(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<3_600: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }

    private static let longestWords = 50

    private var firstWords: String {
        if json["isReport"]?.bool == true { return "(a report: chorus inbox show)" }
        guard let text = json["text"]?.string else { return "(forgotten)" }
        let line = oneLine(text)
        return line.count > Self.longestWords ? line.prefix(Self.longestWords - 1) + "…" : line
    }

    /// `answered, roads is responsible, due in 3 d, urgent, in hand of key:7f…`.
    var summary: String {
        var parts = [state]
        parts.append(responsible.map { "\($0) is responsible" } ?? "nobody is responsible")
        if let steward = handling?["steward"]?.string, steward != responsible {
            parts.append("\(steward) stands for it")
        }
        if let above = handling?["escalatedTo"]?.string { parts.append("\(above) sees it too") }
        if let due {
            let at = (handling?["dueAt"]?.string ?? "").prefix(16)
            parts.append("due \(due) (\(at.replacing("T", with: " ")))")
        }
        if handling?["isUrgent"]?.bool == true { parts.append("urgent") }
        if let who = handling?["claimedBy"]?.string { parts.append("in hand of \(who)") }
        if let against = handling?["against"]?.string { parts.append("speaks against \(against)") }
        if let other = handling?["duplicateOf"]?.string { parts.append("\(other) stands for it") }
        if json["status"]?.string == "withdrawn" { parts.append("withdrawn") }
        return parts.joined(separator: ", ")
    }

    /// Everything about it, line by line; words are indented.
    var lines: [String] {
        var lines = ["\(id)  revision \(json["revision"]?.int ?? 0)", summary, ""]
        lines += Self.indented(json["text"]?.string ?? "(forgotten)")
        for reply in handling?["replies"]?.array ?? [] {
            let who = reply["organization"]?.string ?? "the tenant"
            let what = reply["isSubstantive"]?.bool == true ? "answered" : "acknowledged"
            lines += ["", "\(Self.day(reply)) \(who) \(what)"]
            lines += Self.indented(reply["text"]?.string ?? "(forgotten)")
        }
        for reason in handling?["reasons"]?.array ?? [] {
            let by = reason["by"]?.string.map { " by \($0)" } ?? ""
            lines += ["", "\(Self.day(reason)) \(reason["what"]?.string ?? "")\(by)"]
            lines += Self.indented(reason["text"]?.string ?? "(forgotten, or not for this key)")
        }
        let steps = json["history"]?.array ?? []
        if !steps.isEmpty {
            lines.append("")
            lines += Table(["WHEN", "WHAT", "VALUE"]).lines(
                steps.map { step in
                    let at = String((step["at"]?.string ?? "").prefix(16)).replacing("T", with: " ")
                    return [at, step["what"]?.string ?? "", step["value"]?.string ?? ""]
                }
            )
        }
        return lines
    }

    private static func day(_ said: JSONValue) -> String { String((said["at"]?.string ?? "").prefix(10)) }

    /// Line breaks of every kind begin a line, so that no words draw over others.
    private static func indented(_ text: String) -> [String] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "  \($0)" }
    }
}
