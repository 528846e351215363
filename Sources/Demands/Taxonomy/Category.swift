/// A node of a tenant's taxonomy, as one version of it has it.
package struct Category: Sendable {
    /// Known by it for ever: the path of level names joined by `/`, unless whoever wrote the taxonomy chose another.
    package var code: String
    /// The code of the category above; nil on level 1.
    package var parent: String?
    /// BCP 47 tag to name; at least one.
    package var names: [String: String]
    /// Words that tell this category, besides its names.
    package var keywords: [String]

    package init(code: String, parent: String? = nil, names: [String: String], keywords: [String] = []) {
        self.code = code
        self.parent = parent
        self.names = names
        self.keywords = keywords
    }

    /// Its name in that language, else in the language without region or script, else in English, else the first by tag.
    package func name(in language: String) -> String {
        names[language] ?? language.split(separator: "-").first.flatMap { names[String($0)] }
            ?? names["en"] ?? sortedNames.first?.name ?? code
    }

    /// In order of the tags' bytes.
    package var sortedNames: [(language: String, name: String)] {
        names.map { (language: $0.key, name: $0.value) }
            .sorted { $0.language.utf8.lexicographicallyPrecedes($1.language.utf8) }
    }
}

extension Category: Equatable {
    /// Compared by bytes, as everything stored is.
    package static func == (left: Category, right: Category) -> Bool {
        func same(_ left: [String], _ right: [String]) -> Bool {
            left.elementsEqual(right) { $0.utf8.elementsEqual($1.utf8) }
        }
        let (leftNames, rightNames) = (left.sortedNames, right.sortedNames)
        return same([left.code], [right.code])
            && same(left.parent.map { [$0] } ?? [], right.parent.map { [$0] } ?? [])
            && same(leftNames.map(\.language), rightNames.map(\.language))
            && same(leftNames.map(\.name), rightNames.map(\.name))
            && same(left.keywords, right.keywords)
    }
}
