import EventSourcing
import JSONText

/// A tenant's tree of categories: published as a whole, version after version.
package enum Taxonomy: Decider {
    /// Of the one stream that each tenant has.
    package static let streamType = "taxonomy"

    /// All of them are read whenever the tree changes.
    package static let maximumVersions = 200

    package enum Command: Sendable {
        /// Makes these the categories from now on.
        ///
        /// - Parameters:
        ///   - changes: what happens to the demands of categories that were there before.
        ///   - empty: categories of which it is known that no demand was ever in them: they may go without a change.
        case publish([Category], changes: [CategoryChange] = [], empty: [String] = [])
    }

    package struct State: Sendable, Equatable {
        /// Nil before the first version.
        package var current: TaxonomyPublished?
        /// Codes that only older versions had: demands may hold them still.
        package var formerCodes: Set<String> = []
    }

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(TaxonomyRejection) -> [TaxonomyPublished] {
        switch command {
        case .publish(let categories, let changes, let empty):
            try TaxonomyRules.check(categories)
            if let current = state.current, current.categories == categories {
                // The same file again, or what it left.
                guard !changes.isEmpty, changes != current.changes.filter({ $0.kind != .retire }) else { return [] }
            }
            let last = state.current?.version ?? 0
            guard last < maximumVersions else { throw .tooManyVersions }
            return [
                TaxonomyPublished(
                    version: last + 1,
                    categories: categories,
                    changes: try complete(changes, of: categories, empty: empty, state)
                )
            ]
        }
    }

    /// The changes, and the retirement of what is gone and was empty.
    private static func complete(
        _ changes: [CategoryChange],
        of categories: [Category],
        empty: [String],
        _ state: State
    ) throws(TaxonomyRejection) -> [CategoryChange] {
        guard changes.count <= TaxonomyRules.maximumCategories else { throw .tooManyChanges(changes.count) }
        var rules = CategoryChangeRules(state, categories)
        for (index, change) in changes.enumerated() { rules.look(at: index, change) }
        guard rules.mistakes.isEmpty else { throw .wrongChanges(rules.mistakes) }
        let gone = CategoryChangeRules.unexplained(state, categories, changes)
        let empty = Set(empty.map { ExactText($0) })
        let unexplained = gone.filter { !empty.contains(ExactText($0)) }
        guard unexplained.isEmpty else { throw .unexplained(unexplained) }
        return gone.isEmpty ? changes : changes + [CategoryChange(.retire, gone)]
    }

    /// Categories that would be gone without a word about their demands.
    package static func unexplained(
        _ categories: [Category],
        changes: [CategoryChange],
        _ state: State
    ) -> [String] {
        CategoryChangeRules.unexplained(state, categories, changes)
    }

    package static func evolve(_ state: inout State, _ event: TaxonomyPublished) {
        let before = state.current?.categories.map(\.code) ?? []
        state.formerCodes.formUnion(before)
        state.formerCodes.subtract(event.categories.map(\.code))
        state.current = event
    }
}

/// What the domain refuses about a taxonomy.
package enum TaxonomyRejection: Rejection, Equatable {
    case empty
    case tooManyVersions
    case tooManyCategories(Int)
    case tooManyKeywords(Int)
    case tooManyChanges(Int)
    /// Every one that was found, in order of the categories.
    case mistakes([TaxonomyMistake])
    /// Every one that was found, in order of the changes.
    case wrongChanges([CategoryChangeMistake])
    /// Categories that are gone, and nobody says where their demands go.
    case unexplained([String])

    package var code: String {
        switch self {
        case .empty: "empty-taxonomy"
        case .tooManyVersions: "too-many-versions"
        case .tooManyCategories: "too-many-categories"
        case .tooManyKeywords: "too-many-keywords"
        case .tooManyChanges: "too-many-changes"
        case .mistakes: "invalid-taxonomy"
        case .wrongChanges: "invalid-changes"
        case .unexplained: "unexplained-categories"
        }
    }

    package var detail: String {
        switch self {
        case .empty: "a taxonomy has at least one category; nothing was published"
        case .tooManyVersions:
            "the taxonomy has \(Taxonomy.maximumVersions) versions; more are not kept. Nothing was published"
        case .tooManyCategories(let count):
            "there are \(count) categories; a taxonomy has at most \(TaxonomyRules.maximumCategories). "
                + "Nothing was published"
        case .tooManyKeywords(let count):
            "there are \(count) keywords; a taxonomy has at most \(TaxonomyRules.maximumKeywords) in all. "
                + "Nothing was published"
        case .tooManyChanges(let count):
            "there are \(count) changes; a version has at most \(TaxonomyRules.maximumCategories). Nothing was published"
        case .wrongChanges(let mistakes):
            "\(mistakes.count) things about the changes are wrong; nothing was published"
        case .unexplained(let codes):
            "\(codes.count == 1 ? "a category that demands may be in is" : "\(codes.count) categories that demands may be in are") "
                + "gone: \(codes.prefix(20).joined(separator: ", "))\(codes.count > 20 ? ", …" : ""). Say where their demands go "
                + "(move, merge, rename or split), or drop them; nothing was published"
        case .mistakes(let mistakes):
            "\(mistakes.count) things about the categories are wrong; nothing was published"
        }
    }

    package var isStateConflict: Bool { false }
}
