import JSONText

/// One thing that is wrong about one category.
package struct TaxonomyMistake: Sendable, Equatable {
    package enum Field: String, Sendable {
        case code, parent, names, keywords
    }

    /// Its place among the categories, from 0.
    package var category: Int
    package var field: Field
    package var code: FieldError.Code
    /// The rule in words, fit to follow the field's name; never quotes the value.
    package var detail: String

    package init(category: Int, field: Field, code: FieldError.Code, detail: String) {
        self.category = category
        self.field = field
        self.code = code
        self.detail = detail
    }
}

/// What holds for every taxonomy.
package enum TaxonomyRules {
    package static let maximumLevels = 3
    package static let maximumCategories = 5_000
    /// In Unicode scalars, as all lengths here.
    package static let maximumCode = 200
    package static let maximumName = 200
    package static let maximumKeyword = 100
    package static let maximumKeywordsOfCategory = 500
    package static let maximumKeywords = 50_000

    /// Refuses categories that make no tree of at most three levels, or that nobody could read.
    package static func check(_ categories: [Category]) throws(TaxonomyRejection) {
        guard !categories.isEmpty else { throw .empty }
        guard categories.count <= maximumCategories else { throw .tooManyCategories(categories.count) }
        let keywords = categories.reduce(0) { $0 + $1.keywords.count }
        guard keywords <= maximumKeywords else { throw .tooManyKeywords(keywords) }
        var check = Check(categories)
        for index in categories.indices { check.look(at: index) }
        guard check.mistakes.isEmpty else { throw .mistakes(check.mistakes) }
    }

    /// The level of each category, from 1; 0 where a parent is missing; beyond `maximumLevels` it is not counted on.
    package static func levels(of categories: [Category]) -> [Int] {
        var parents: [String: String?] = [:]
        for category in categories { parents[category.code] = .some(category.parent) }
        return categories.map { category in
            var level = 1
            var above = category.parent
            while let code = above, level <= maximumLevels {
                guard let parent = parents[code] else { return 0 }
                level += 1
                above = parent
            }
            return level
        }
    }

    /// Why this is no text of a taxonomy; nil: it is one.
    package static func mistake(in text: String, maximum: Int) -> (code: FieldError.Code, detail: String)? {
        if text.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
            return (.blank, "must hold more than white space")
        }
        if text.unicodeScalars.count > maximum { return (.tooLong, "must be at most \(maximum) characters long") }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return (.notAllowed, "must not hold control characters or line breaks")
        }
        return nil
    }

    /// Whether this has the form of a BCP 47 tag.
    package static func isLanguage(_ tag: String) -> Bool {
        (2...35).contains(tag.utf8.count)
            && tag.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { part in
                (1...8).contains(part.utf8.count)
                    && part.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0 | 0x20) }
            }
    }
}

/// Looks at the categories one by one.
private struct Check {
    private let categories: [Category]
    private let levels: [Int]
    /// Where each code stands first. Texts that are equivalent count as the same code, so that no two look alike.
    private var places: [String: Int] = [:]
    private(set) var mistakes: [TaxonomyMistake] = []

    init(_ categories: [Category]) {
        self.categories = categories
        levels = TaxonomyRules.levels(of: categories)
        for (index, category) in categories.enumerated() where places[category.code] == nil {
            places[category.code] = index
        }
    }

    mutating func look(at index: Int) {
        let category = categories[index]
        func found(_ field: TaxonomyMistake.Field, _ code: FieldError.Code, _ detail: String) {
            mistakes.append(TaxonomyMistake(category: index, field: field, code: code, detail: detail))
        }
        func text(_ text: String, _ field: TaxonomyMistake.Field, _ maximum: Int) {
            guard let mistake = TaxonomyRules.mistake(in: text, maximum: maximum) else { return }
            found(field, mistake.code, mistake.detail)
        }
        text(category.code, .code, TaxonomyRules.maximumCode)
        if category.code == unclassifiedCategory {
            found(.code, .notAllowed, "must not be \(unclassifiedCategory): that means no category")
        }
        let isBlank: (Unicode.Scalar?) -> Bool = { $0?.properties.isWhitespace == true }
        if isBlank(category.code.unicodeScalars.first) || isBlank(category.code.unicodeScalars.last) {
            found(.code, .notAllowed, "must not begin or end with white space")
        }
        if places[category.code] != index { found(.code, .duplicate, "is another category's already") }
        if let parent = category.parent {
            if places[parent].map({ categories[$0].code.utf8.elementsEqual(parent.utf8) }) != true {
                found(.parent, .notAllowed, "must be the code of a category")
            } else if levels[index] > TaxonomyRules.maximumLevels {
                found(.parent, .notAllowed, "must be of level 1 or 2: there are \(TaxonomyRules.maximumLevels) levels")
            }
        }
        if category.names.isEmpty { found(.names, .required, "must hold one name at least") }
        for (language, name) in category.sortedNames {
            if !TaxonomyRules.isLanguage(language) {
                found(.names, .badFormat, "must be named by BCP 47 tags such as zh or en")
            }
            text(name, .names, TaxonomyRules.maximumName)
        }
        if category.keywords.count > TaxonomyRules.maximumKeywordsOfCategory {
            found(.keywords, .tooMany, "must be at most \(TaxonomyRules.maximumKeywordsOfCategory)")
        }
        for keyword in category.keywords { text(keyword, .keywords, TaxonomyRules.maximumKeyword) }
    }
}
