import EventLog
import JSONText

/// What became of a rebuilt read model, for people or programs.
struct RebuildWords {
    private let outcome: Rebuild.Outcome
    private let asOf: AsOf?

    init(_ outcome: Rebuild.Outcome, _ asOf: AsOf?) {
        self.outcome = outcome
        self.asOf = asOf
    }

    func text(json: Bool) -> String { json ? self.json : words }

    private var words: String {
        if let asOf {
            return "\(outcome.projector): generation \(outcome.generation) stands at \(outcome.events) events; "
                + "its views are in \(asOf.schema)"
        }
        let head = "\(outcome.projector): generation \(outcome.generation) is live"
        guard let comparison = outcome.comparison else {
            return "\(head); another version built the old one, so they were not compared"
        }
        if comparison.differences.isEmpty { return "\(head), equal to the old one" }
        let tables = comparison.tables.filter { $0.differences > 0 }
        let counts = tables.map { "\($0.differences) rows of \($0.name)" }.joined(separator: ", ")
        let first = tables.flatMap { table in table.first.map { "\n  \(table.name) \($0)" } }.joined()
        return "\(head), NOT equal to the old one: \(counts) differ (- old, + new)\(first)"
    }

    private var json: String {
        let bytes = JSONWriter.object { json in
            json.field("projector", outcome.projector)
            json.field("generation", Int(outcome.generation))
            json.field("events", outcome.events)
            if let asOf { json.field("schema", asOf.schema) }
            guard let comparison = outcome.comparison else { return }
            json.field("isEqual", comparison.differences.isEmpty)
            json.array("tables", of: comparison.tables) { json, table in
                json.object { json in
                    json.field("table", table.name)
                    json.field("rows", table.rows)
                    json.field("checksum", table.checksum)
                    json.field("onlyInOld", table.onlyInOld)
                    json.field("onlyInNew", table.onlyInNew)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
