import Foundation
import JSONText
import LogTailing

/// What a run of the skip test says.
struct SkipReport {
    let plan: TailingPlan
    let ours: TailingResult
    let naive: TailingResult

    /// Nothing skipped, nothing twice, and the control did skip: else it would prove nothing.
    var isSound: Bool {
        ours.committed == plan.events && ours.skipped == 0 && ours.repeated == 0 && ours.gaps == 0 && naive.skipped > 0
    }

    var text: String {
        let writers = "\(plan.writers) writers over \(plan.nodes) nodes, seed \(plan.seed)"
        let percent = naive.committed > 0 ? 100 * Double(naive.skipped) / Double(naive.committed) : 0
        return """
            \(plan.events) events, \(writers)
            the log:        \(line(ours))
                            skipped \(ours.skipped), twice \(ours.repeated), gaps \(ours.gaps)
            plain sequence: \(line(naive))
                            skipped \(naive.skipped) (\(String(format: "%.2f", percent)) %)
            \(isSound ? "No event was skipped; the control skips." : "FAILED.")
            """
    }

    private func line(_ result: TailingResult) -> String {
        "\(Int(result.eventsPerSecond)) events/s in \(String(format: "%.1f", result.seconds)) s; "
            + "\(result.rolledBack) rolled back, \(result.refused) refused, \(result.slowCommits) slow commits"
    }

    var json: String {
        let bytes = JSONWriter.object { json in
            json.field("events", plan.events)
            json.field("writers", plan.writers)
            json.field("nodes", plan.nodes)
            json.field("seed", String(plan.seed))
            json.object("log") { write(ours, to: &$0) }
            json.object("plainSequence") { write(naive, to: &$0) }
            json.field("ok", isSound)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(_ result: TailingResult, to json: inout JSONWriter) {
        json.field("committed", result.committed)
        json.field("seen", result.seen)
        json.field("skipped", result.skipped)
        json.field("repeated", result.repeated)
        json.field("gaps", result.gaps)
        json.field("refused", result.refused)
        json.field("rolledBack", result.rolledBack)
        json.field("slowCommits", result.slowCommits)
        json.field("seconds", (result.seconds * 10).rounded() / 10)
        json.field("eventsPerSecond", Int(result.eventsPerSecond))
    }
}
