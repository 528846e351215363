import JSONText
import SwiftCSV

/// A CSV file with a header row, as rows of strings by column name.
///
/// Comma, semicolon or tab, whichever the header has first; fields in quotes may hold separators, line ends and doubled
/// quotes. Empty fields are left out of the row. The whole text is in memory.
package struct CSVRows: Sendable {
    /// More columns than any table that people make.
    package static let maximumColumns = 1_000

    package let header: [String]
    package let rows: [SourceRow]

    /// Reads a text; a byte order mark before it is skipped.
    package init(_ text: String) throws(CSVFailure) {
        var text = text
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        // A row of our own at the end: if a quote is still open there, it is not a row but part of a field.
        let end = "\u{1}end\u{1}"
        let guarded = text + (text.last?.isNewline == false ? "\n" : "") + end
        var raw: [(line: Int, fields: [String])] = []
        var line = 1
        do {
            let csv = try CSV<Enumerated>(
                string: guarded,
                delimiter: .guessed(string: text),
                loadColumns: false,
                rowLimit: 0
            )
            try csv.enumerateAsArray(startAt: 0, rowLimit: nil) { fields in
                raw.append((line, fields))
                line += 1 + fields.reduce(0) { $0 + $1.count(where: \.isNewline) }
            }
        } catch {
            throw .badQuotes(line: line)
        }
        guard let last = raw.popLast() else { throw .noHeader }
        guard last.fields == [end] else { throw .openQuote(line: last.line) }
        let filled = raw.filter { $0.fields != [""] && !$0.fields.isEmpty }
        guard let header = filled.first?.fields else { throw .noHeader }
        guard header.count <= Self.maximumColumns else { throw .tooManyColumns(header.count) }
        var seen: Set<String> = []
        if let twice = header.first(where: { !$0.isEmpty && !seen.insert($0).inserted }) { throw .columnTwice(twice) }
        self.header = header
        rows = filled.dropFirst().map { Self.row($0.line, $0.fields, header) }
    }

    private static func row(_ line: Int, _ fields: [String], _ header: [String]) -> SourceRow {
        guard fields.count <= header.count else {
            let detail = "has \(fields.count) fields, the header has \(header.count)"
            return SourceRow(line: line, content: .failure(RowRefusal(line: line, code: .malformed, detail: detail)))
        }
        let members: [JSONObject.Member] = zip(header, fields).compactMap { name, field in
            field.isEmpty ? nil : (name, .string(field))
        }
        return SourceRow(line: line, content: .success(JSONObject(members)))
    }
}

/// A CSV text that cannot be read as a whole.
package enum CSVFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case noHeader
    case columnTwice(String)
    case tooManyColumns(Int)
    case openQuote(line: Int)
    case badQuotes(line: Int)

    package var description: String {
        switch self {
        case .noHeader: "the file is empty; its first row must name the columns"
        case .tooManyColumns(let count):
            "the header has \(count) columns; \(CSVRows.maximumColumns) are the most (is this the right delimiter?)"
        case .columnTwice(let name): "the header names the column \(name) twice"
        case .openQuote(let line): "line \(line): the row that begins here has a quoted field that is never closed"
        case .badQuotes(let line):
            "line \(line): a closing quote is followed by other text; a quote inside a quoted field is written twice"
        }
    }
}
