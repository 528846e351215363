import Demands

/// What a projector can know names of.
enum NameDomain: String, Sendable, CaseIterable {
    case group, place, channel, organization, category

    /// Whether messages name these in words, so that names have to be resolved.
    var isResolved: Bool { self == .group || self == .place }
}

/// What is registered under a code, as far as boards show it.
struct NamedEntry: Sendable, Equatable {
    struct Label: Sendable, Equatable {
        var language: String
        var text: String
    }

    /// In order of the language tags' bytes.
    var labels: [Label]
    var aliases: [String] = []
    var ties: [String] = []
    var parent: String?
    var size: Int64?
    var mergedInto: String?
    var isRetired = false

    /// In the tenant's language, else in English, else the first by language tag, else nil.
    func name(in language: String) -> String? {
        for wanted in [language, "en"] {
            if let label = labels.first(where: { $0.language.lowercased() == wanted.lowercased() }) {
                return label.text
            }
        }
        return labels.first?.text
    }

    /// Every name that leads to it.
    func keys(code: String) -> Set<String> {
        Set([code] + labels.map(\.text) + aliases).reduce(into: []) { $0.insert(NameKey.of($1)) }
    }
}

/// What an event says about names.
enum NameChange: Sendable {
    /// The full present state of one entry, but for mergers and retirement.
    case describe(code: String, NamedEntry)
    /// The name, as messages give it, is that group's.
    case recognise(name: String, code: String)
    case merge(from: String, into: String)
    case retire(code: String)
}

/// The changes of a batch, in order.
struct NameChanges: Sendable {
    struct Change: Sendable {
        let domain: NameDomain
        let change: NameChange
        let position: Int64
    }

    private(set) var all: [Change] = []

    var isEmpty: Bool { all.isEmpty }

    mutating func append(_ changes: [NameChange], _ domain: NameDomain, at position: Int64) {
        for change in changes { all.append(Change(domain: domain, change: change, position: position)) }
    }
}
