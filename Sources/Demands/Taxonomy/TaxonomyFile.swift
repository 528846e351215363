import JSONText

/// A taxonomy out of the rows of a table: columns `level1`, `level2`, `level3`, and, if wanted, `code`, `keywords` and
/// `name_<language>`. A row may say a change instead: columns `change`, `from`, `to`, `undecided`.
///
/// A row names its deepest level; levels above it are made from the row unless a row of their own names them, before or
/// after it. Every row that is wrong is told; then there are no categories at all.
package struct TaxonomyFile: Sendable, Equatable {
    /// One row; fields that are empty may be left out.
    package struct Row: Sendable {
        /// From 1, as an editor counts.
        package var line: Int
        package var fields: [String: String]

        package init(line: Int, fields: [String: String]) {
            self.line = line
            self.fields = fields
        }
    }

    /// Why a row, or the header, cannot be taken.
    package struct Refusal: Sendable, Hashable {
        package var line: Int
        /// Nil: the row as a whole.
        package var column: String?
        package var code: FieldError.Code
        /// The rule in words, fit to follow the column's name; never quotes the value.
        package var detail: String

        package init(line: Int, column: String?, code: FieldError.Code, detail: String) {
            self.line = line
            self.column = column
            self.code = code
            self.detail = detail
        }
    }

    /// All of them, in order of the lines.
    package struct Refusals: Error, Sendable, Equatable {
        package var refusals: [Refusal]

        package init(_ refusals: [Refusal]) {
            self.refusals = refusals
        }
    }

    package let categories: [Category]
    /// What becomes of the demands of categories that were there before.
    package let changes: [CategoryChange]
    /// Where each change stands.
    package let changeLines: [Int]

    /// A row that fills one of these says a change and names no category.
    package static let changeColumns = ["change", "from", "to", "undecided"]

    package static let levels = ["level1", "level2", "level3"]

    /// - Parameters:
    ///   - headerLine: where the names of the columns stand.
    ///   - language: of the names in the level columns (BCP 47).
    package init(
        columns: [String],
        headerLine: Int = 1,
        rows: [Row],
        language: String
    ) throws(Refusals) {
        let wrong = Self.mistakes(inHeader: columns, line: headerLine)
        guard wrong.isEmpty else { throw Refusals(wrong) }
        var reading = TaxonomyReading(columns: columns, language: language)
        for row in rows { reading.read(row) }
        categories = try reading.finish()
        changes = reading.changes.map(\.change)
        changeLines = reading.changes.map(\.line)
    }

    private static func mistakes(inHeader columns: [String], line: Int) -> [Refusal] {
        var refusals: [Refusal] = []
        let known = levels + changeColumns + ["code", "keywords"]
        for column in columns where !known.contains(column) {
            guard column.hasPrefix("name_"), TaxonomyRules.isLanguage(String(column.dropFirst(5))) else {
                refusals.append(
                    Refusal(
                        line: line,
                        column: column.isEmpty ? nil : column,
                        code: .unknownMember,
                        detail:
                            "is no column of a taxonomy: level1, level2, level3, code, keywords, name_<language>; "
                            + "change, from, to, undecided"
                    )
                )
                continue
            }
        }
        if !columns.contains("level1") {
            refusals.append(Refusal(line: line, column: "level1", code: .required, detail: "must be a column"))
        }
        return refusals
    }
}
