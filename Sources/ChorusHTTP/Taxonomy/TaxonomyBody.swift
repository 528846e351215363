import CSVRows
import Demands
import JSONText

/// The two forms in which a taxonomy comes in.
struct TaxonomyBody: Sendable {
    var categories: [Category]
    var changes: [CategoryChange]
    /// The line of each change; nil: it was no file.
    var lines: [Int]?

    /// Longer than other bodies: 5,000 categories do not fit into 256 KiB.
    static let maximumBytes = 2_097_152

    /// Categories and changes out of a CSV text.
    ///
    /// - Throws: `Problem` 422 with every line that is wrong, at `/lines/<line>/<column>`.
    init(csv text: String, language: String) throws(Problem) {
        let csv: CSVRows
        do throws(CSVFailure) {
            csv = try CSVRows(text)
        } catch {
            throw Problem(422, "unreadable-csv", "the file cannot be read; nothing was stored: \(error)")
        }
        var refusals: [TaxonomyFile.Refusal] = []
        var rows: [TaxonomyFile.Row] = []
        for row in csv.rows {
            switch row.content {
            case .success(let object):
                let fields = object.members.map { ($0.key, $0.value.string ?? "") }
                rows.append(TaxonomyFile.Row(line: row.line, fields: Dictionary(fields) { first, _ in first }))
            case .failure(let refusal):
                refusals.append(
                    TaxonomyFile.Refusal(line: row.line, column: nil, code: "malformed", detail: refusal.detail)
                )
            }
        }
        var categories: [Category] = []
        var (changes, changeLines): ([CategoryChange], [Int]) = ([], [])
        do throws(TaxonomyFile.Refusals) {
            let file = try TaxonomyFile(columns: csv.header, rows: rows, language: language)
            (categories, changes, changeLines) = (file.categories, file.changes, file.changeLines)
        } catch {
            refusals += error.refusals
        }
        guard refusals.isEmpty else { throw Self.refused(refusals) }
        self.categories = categories
        self.changes = changes
        lines = changeLines
    }

    /// Categories and changes out of a JSON body.
    ///
    /// - Throws: `Problem` 422 with every member that is wrong.
    init(json body: JSONValue) throws(Problem) {
        var fields = FieldReader(body)
        let categories =
            fields.objects("categories", required: true, maximum: TaxonomyRules.maximumCategories) {
                category -> Category? in
                let code = category.string("code", required: true, maximumScalars: TaxonomyRules.maximumCode)
                let parent = category.string("parent", maximumScalars: TaxonomyRules.maximumCode)
                let languages = category.value("names")?.object?.members.map(\.key) ?? []
                let names = category.object("names", required: true) { names in
                    languages.reduce(into: [String: String]()) { all, language in
                        all[language] = names.string(language, maximumScalars: TaxonomyRules.maximumName)
                    }
                }
                let keywords =
                    category.strings(
                        "keywords",
                        maximum: TaxonomyRules.maximumKeywordsOfCategory,
                        maximumScalars: TaxonomyRules.maximumKeyword,
                        unique: true
                    ) ?? []
                guard let code, let names else { return nil }
                return Category(code: code, parent: parent, names: names, keywords: keywords)
            } ?? []
        let changes = Self.changes(&fields)
        fields.finish()
        guard fields.errors.isEmpty else { throw Self.refused(fields.errors) }
        do throws(TaxonomyRejection) {
            try TaxonomyRules.check(categories)
        } catch {
            guard case .mistakes(let mistakes) = error else { throw Problem(error) }
            throw Self.refused(
                mistakes.prefix(FieldReader.maximumErrors).map { mistake in
                    let category = JSONPointer.element(mistake.category, of: "/categories")
                    return FieldError(
                        pointer: JSONPointer.member(mistake.field.rawValue, of: category),
                        code: mistake.code,
                        detail: mistake.detail
                    )
                }
            )
        }
        self.categories = categories
        self.changes = changes
    }

    private static func changes(_ fields: inout FieldReader) -> [CategoryChange] {
        let most = TaxonomyRules.maximumCategories
        return fields.objects("changes", maximum: most) { change -> CategoryChange? in
            func codes(_ name: String, required: Bool = false) -> [String] {
                change.strings(name, required: required, maximum: most, maximumScalars: TaxonomyRules.maximumCode) ?? []
            }
            let kind = change.oneOf("change", CategoryChange.Kind.allCases.map(\.rawValue), required: true)
            let (from, to) = (codes("from", required: true), codes("to"))
            let undecided = change.string("undecided", maximumScalars: TaxonomyRules.maximumCode)
            return kind.flatMap { CategoryChange.Kind(rawValue: $0) }
                .map { CategoryChange($0, from, to: to, undecided: undecided) }
        } ?? []
    }

    /// The refusal of changes, each mistake at its member or line.
    func refused(_ mistakes: [CategoryChangeMistake]) -> Problem {
        Problem(
            422,
            "invalid-changes",
            "\(mistakes.count) things about the changes are wrong; nothing was published. errors[] names them",
            items: mistakes.prefix(1_000).map { mistake in
                let pointer =
                    lines.map { JSONPointer.member(String($0[mistake.change]), of: "/lines") }
                    ?? JSONPointer.element(mistake.change, of: "/changes")
                return Problem.Item(
                    place: .pointer(JSONPointer.member(mistake.field.rawValue, of: pointer)),
                    code: mistake.code.rawValue,
                    detail: mistake.detail
                )
            }
        )
    }

    private static func refused(_ errors: [FieldError]) -> Problem {
        Problem(
            422,
            "invalid-fields",
            "the taxonomy was not published; errors[] names each field that must be corrected",
            items: Problem.fields(errors).items
        )
    }

    /// A file may have many bad lines: all are counted, the first thousand named.
    private static func refused(_ refusals: [TaxonomyFile.Refusal]) -> Problem {
        let inOrder = refusals.enumerated()
            .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
        return Problem(
            422,
            "invalid-taxonomy",
            "\(refusals.count) things in the file must be corrected; nothing was stored. errors[] names line and column",
            items: inOrder.prefix(1_000).map { refusal in
                let line = JSONPointer.member(String(refusal.line), of: "/lines")
                return Problem.Item(
                    place: .pointer(refusal.column.map { JSONPointer.member($0, of: line) } ?? line),
                    code: refusal.code.rawValue,
                    detail: refusal.detail
                )
            }
        )
    }
}
