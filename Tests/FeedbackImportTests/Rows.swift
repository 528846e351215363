import CSVRows
import FeedbackImport
import Testing

/// The JSON line that one NDJSON row becomes.
func line(_ row: String, map: String, set: String = "", zone: String? = nil) throws -> String {
    let mapping = try FeedbackMapping(map: [map], set: [set], timeZone: zone)
    let row = try #require(SourceRow(line: 7, ndjson: row.utf8))
    return String(decoding: try mapping.feedback(from: row), as: UTF8.self)
}

/// Why one NDJSON row is refused; nil when it is not.
func refusal(_ row: String, map: String, set: String = "", zone: String? = nil) throws -> RowRefusal? {
    do {
        _ = try line(row, map: map, set: set, zone: zone)
        return nil
    } catch let refusal as RowRefusal {
        return refusal
    }
}
