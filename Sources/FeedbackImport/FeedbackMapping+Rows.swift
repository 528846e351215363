import CSVRows
import EventSourcing
import Foundation
import JSONText

extension FeedbackMapping {
    /// The JSON line that the row becomes, without line end.
    ///
    /// Fields that the row lacks, or has as null or empty, are left out. Times come out in UTC, so that the same row gives
    /// the same bytes wherever and whenever it is imported.
    package func feedback(from row: SourceRow) throws(RowRefusal) -> [UInt8] {
        let object = try row.content.get()
        var json = JSONWriter(capacity: 512)
        try json.object { json throws(RowRefusal) in
            for field in FeedbackField.allCases {
                let cell = Cell(field: field, line: row.line, value: present(field, in: object))
                switch field {
                case .occurredAt:
                    json.field(field.rawValue, ifPresent: try cell.time(in: timeZone))
                case .reportedSupport:
                    json.field(field.rawValue, ifPresent: try cell.count())
                case .groups:
                    let names = try cell.names()
                    guard !names.isEmpty else { continue }
                    json.array(field.rawValue, of: names) { json, name in
                        json.object { json in
                            json.field("name", name)
                            json.field("ties", ifPresent: groupTie.map { [$0] })
                        }
                    }
                default:
                    json.field(field.rawValue, ifPresent: try cell.text())
                }
            }
        }
        return json.bytes
    }

    /// The row's value, else the constant; nil when there is neither.
    private func present(_ field: FeedbackField, in object: JSONObject) -> JSONValue? {
        if let name = fields[field], let value = object[name], !value.isNull, value.string != "" { return value }
        return constants[field].map { .string($0) }
    }
}

/// One value of a row on its way into one field.
private struct Cell {
    let field: FeedbackField
    let line: Int
    let value: JSONValue?

    func refusal(_ code: RowRefusal.Code, _ detail: String) -> RowRefusal {
        RowRefusal(line: line, field: field.rawValue, code: code, detail: detail)
    }

    /// Strings as they are, numbers by their digits.
    func text() throws(RowRefusal) -> String? {
        switch value {
        case nil: return nil
        case .string(let text): return text
        case .number(let number): return number.text
        case .some(let other): throw refusal(.wrongType, "must be a string or a number, not \(other.kind)")
        }
    }

    func names() throws(RowRefusal) -> [String] {
        guard case .array(let elements) = value else { return try text().map { [$0] } ?? [] }
        var names: [String] = []
        for element in elements where !element.isNull && element.string != "" {
            if let name = try Cell(field: field, line: line, value: element).text() { names.append(name) }
        }
        return names
    }

    func count() throws(RowRefusal) -> Int? {
        guard let text = try text()?.trimmingCharacters(in: .whitespaces) else { return nil }
        guard let count = Int(text), count >= 0 else { throw refusal(.badNumber, "must be a whole number from 0") }
        return count
    }

    func time(in zone: TimeZone?) throws(RowRefusal) -> String? {
        guard let value else { return nil }
        guard case .string(let given) = value else {
            throw refusal(.wrongType, "must be a time as a string, not \(value.kind)")
        }
        let text = given.trimmingCharacters(in: .whitespaces)
        // RFC 3339 lets applications write a blank for the T.
        if let instant = Timestamp(rfc3339: text.replacing(" ", with: "T", maxReplacements: 1)) {
            return instant.description
        }
        guard let local = LocalDateTime(text) else {
            throw refusal(.badTime, "is not a time that can be read; it looks like \(shape(of: text))")
        }
        guard let zone else {
            throw refusal(
                .timeZoneNeeded,
                "the time has no offset (it looks like \(shape(of: text))), and no time zone was given"
            )
        }
        guard let instant = zone.instant(showing: local) else {
            throw refusal(.badTime, "lies outside the years 0001 to 9999; it looks like \(shape(of: text))")
        }
        return instant.description
    }
}

/// The form of a value without its content: digits become 9, letters a; at most 40 characters.
private func shape(of text: String) -> String {
    let shown = text.prefix(40).map { character -> Character in
        if character.isNumber { return "9" }
        if character.isLetter { return "a" }
        return character.isASCII && !character.isNewline ? character : "?"
    }
    return String(shown) + (text.count > 40 ? "…" : "")
}
