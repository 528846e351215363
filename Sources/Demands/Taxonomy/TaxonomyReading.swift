import Foundation
import JSONText

/// Reads rows into categories, one row after the other, and collects what is wrong about them.
struct TaxonomyReading {
    private struct Node {
        var category: Category
        var parent: Int?
        /// The name that ends its path.
        var name: String
        /// Where its own row stands; nil while only rows below it have named it.
        var ownLine: Int?
        /// Where it was named first.
        var line: Int
        var level: Int
        var hasCode = false
    }

    private let languages: [String]
    private let language: String
    private var nodes: [Node] = []
    private var places: [[String]: Int] = [:]
    private var refusals: [TaxonomyFile.Refusal] = []
    private(set) var changes: [(line: Int, change: CategoryChange)] = []

    init(columns: [String], language: String) {
        languages = columns.filter { $0.hasPrefix("name_") }.map { String($0.dropFirst(5)) }
        self.language = language
    }

    mutating func read(_ row: TaxonomyFile.Row) {
        let fields = row.fields.mapValues { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.value.isEmpty }
        guard TaxonomyFile.changeColumns.allSatisfy({ fields[$0] == nil }) else { return readChange(row.line, fields) }
        var isGood = true
        func refuse(_ column: String, _ code: FieldError.Code, _ detail: String) {
            isGood = false
            refusals.append(TaxonomyFile.Refusal(line: row.line, column: column, code: code, detail: detail))
        }
        let depth = TaxonomyFile.levels.lastIndex { fields[$0] != nil } ?? 0
        for column in TaxonomyFile.levels[...depth] where fields[column] == nil {
            refuse(column, .required, depth == 0 ? "must be given" : "must be given: a level below it is")
        }
        var limits = TaxonomyFile.levels.map { ($0, TaxonomyRules.maximumName) }
        limits += languages.map { ("name_\($0)", TaxonomyRules.maximumName) }
        limits.append(("code", TaxonomyRules.maximumCode))
        for (column, maximum) in limits {
            guard let text = fields[column], let mistake = TaxonomyRules.mistake(in: text, maximum: maximum) else {
                continue
            }
            refuse(column, mistake.code, mistake.detail)
        }
        let keywords = Self.keywords(fields["keywords"] ?? "")
        for keyword in keywords {
            guard let mistake = TaxonomyRules.mistake(in: keyword, maximum: TaxonomyRules.maximumKeyword) else {
                continue
            }
            refuse("keywords", mistake.code, "each " + mistake.detail)
        }
        guard isGood else { return }
        let path = TaxonomyFile.levels[...depth].compactMap { fields[$0] }
        let place = node(path, line: row.line)
        if let line = nodes[place].ownLine {
            return refuse(TaxonomyFile.levels[depth], .duplicate, "is named by line \(line) already")
        }
        nodes[place].ownLine = row.line
        nodes[place].category.keywords = keywords
        for language in languages {
            if let name = fields["name_\(language)"] { nodes[place].category.names[language] = name }
        }
        if let code = fields["code"] {
            nodes[place].category.code = code
            nodes[place].hasCode = true
        }
    }

    /// A row that says what becomes of demands. What codes it names, the decision looks at.
    private mutating func readChange(_ line: Int, _ fields: [String: String]) {
        func refuse(_ column: String, _ code: FieldError.Code, _ detail: String) {
            refusals.append(TaxonomyFile.Refusal(line: line, column: column, code: code, detail: detail))
        }
        let others = fields.keys.filter { !TaxonomyFile.changeColumns.contains($0) }.sorted()
        for column in others { refuse(column, .notAllowed, "must be empty: the row says a change") }
        guard let word = fields["change"] else { return refuse("change", .required, "must be given with from and to") }
        guard let kind = CategoryChange.Kind(rawValue: word), kind != .retire else {
            return refuse("change", .notAllowed, "must be one of move, merge, rename, split, drop")
        }
        guard let from = fields["from"] else { return refuse("from", .required, "must be given") }
        let change = CategoryChange(
            kind,
            Self.keywords(from),
            to: Self.keywords(fields["to"] ?? ""),
            undecided: fields["undecided"]
        )
        changes.append((line, change))
    }

    /// The categories, in the order in which the rows named them, each behind the one above it.
    mutating func finish() throws(TaxonomyFile.Refusals) -> [Category] {
        for place in nodes.indices {
            let parent = nodes[place].parent.map { nodes[$0].category.code }
            nodes[place].category.parent = parent
            if !nodes[place].hasCode {
                nodes[place].category.code = [parent, nodes[place].name].compactMap { $0 }.joined(separator: "/")
            }
        }
        let categories = nodes.map(\.category)
        do throws(TaxonomyRejection) {
            // A file whose rows are all refused is not an empty one.
            if !categories.isEmpty || refusals.isEmpty { try TaxonomyRules.check(categories) }
        } catch {
            refusals += refused(by: error)
        }
        guard refusals.isEmpty else {
            throw TaxonomyFile.Refusals(
                refusals.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
                    .map(\.element)
            )
        }
        return categories
    }

    private func refused(by rejection: TaxonomyRejection) -> [TaxonomyFile.Refusal] {
        guard case .mistakes(let mistakes) = rejection else {
            return [TaxonomyFile.Refusal(line: 1, column: nil, code: .notAllowed, detail: rejection.detail)]
        }
        return mistakes.map { mistake in
            let node = nodes[mistake.category]
            let column =
                switch mistake.field {
                case .keywords: "keywords"
                case .code where node.hasCode: "code"
                case .code, .parent, .names: TaxonomyFile.levels[node.level]
                }
            return TaxonomyFile.Refusal(
                line: node.ownLine ?? node.line,
                column: column,
                code: mistake.code,
                detail: mistake.field == .code && !node.hasCode ? "gives a code that " + mistake.detail : mistake.detail
            )
        }
    }

    private mutating func node(_ path: [String], line: Int) -> Int {
        if let place = places[path] { return place }
        let parent = path.count > 1 ? node(Array(path.dropLast()), line: line) : nil
        let name = path.last ?? ""
        nodes.append(
            Node(
                category: Category(code: "", names: [language: name]),
                parent: parent,
                name: name,
                line: line,
                level: path.count - 1
            )
        )
        places[path] = nodes.count - 1
        return nodes.count - 1
    }

    /// Separated by `;` or `|`, also the wide forms; each once.
    private static func keywords(_ text: String) -> [String] {
        var seen: Set<String> = []
        return text.split { ";|；｜".contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}
