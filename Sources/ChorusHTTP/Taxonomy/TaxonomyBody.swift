import CSVRows
import Demands
import JSONText

/// The two forms in which a taxonomy comes in.
enum TaxonomyBody {
    /// Longer than other bodies: 5,000 categories do not fit into 256 KiB.
    static let maximumBytes = 2_097_152

    /// Categories out of a CSV text.
    ///
    /// - Throws: `Problem` 422 with every line that is wrong, at `/lines/<line>/<column>`.
    static func categories(csv text: String, language: String) throws(Problem) -> [Category] {
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
        do throws(TaxonomyFile.Refusals) {
            categories = try TaxonomyFile(columns: csv.header, rows: rows, language: language).categories
        } catch {
            refusals += error.refusals
        }
        guard refusals.isEmpty else { throw refused(refusals) }
        return categories
    }

    /// Categories out of a JSON body.
    ///
    /// - Throws: `Problem` 422 with every member that is wrong.
    static func categories(json body: JSONValue) throws(Problem) -> [Category] {
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
        fields.finish()
        guard fields.errors.isEmpty else { throw refused(fields.errors) }
        do throws(TaxonomyRejection) {
            try TaxonomyRules.check(categories)
        } catch {
            guard case .mistakes(let mistakes) = error else { throw Problem(error) }
            throw refused(
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
        return categories
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
