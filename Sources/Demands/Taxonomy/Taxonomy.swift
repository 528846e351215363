import EventSourcing

/// A tenant's tree of categories: published as a whole, version after version.
package enum Taxonomy: Decider {
    /// Of the one stream that each tenant has.
    package static let streamType = "taxonomy"

    /// All of them are read whenever the tree changes.
    package static let maximumVersions = 200

    package enum Command: Sendable {
        /// Makes these the categories from now on; demands keep the codes that they have.
        case publish([Category])
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
        case .publish(let categories):
            try TaxonomyRules.check(categories)
            guard state.current?.categories != categories else { return [] }
            guard (state.current?.version ?? 0) < maximumVersions else { throw .tooManyVersions }
            return [TaxonomyPublished(version: (state.current?.version ?? 0) + 1, categories: categories)]
        }
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
    /// Every one that was found, in order of the categories.
    case mistakes([TaxonomyMistake])

    package var code: String {
        switch self {
        case .empty: "empty-taxonomy"
        case .tooManyVersions: "too-many-versions"
        case .tooManyCategories: "too-many-categories"
        case .tooManyKeywords: "too-many-keywords"
        case .mistakes: "invalid-taxonomy"
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
        case .mistakes(let mistakes):
            "\(mistakes.count) things about the categories are wrong; nothing was published"
        }
    }

    package var isStateConflict: Bool { false }
}
