import EventSourcing
import JSONText

/// What the domain refuses about a registry.
package enum RegistryRejection: Rejection, Equatable {
    /// Entries that do not hold what they must; in order of lines.
    case invalid([RegistryMistake])
    case codeTaken(String)
    case unknownCode(String)
    case full
    /// The group was merged: it stays as it was.
    case merged(String, into: String)
    case mergesIntoItself
    case lastChannel

    package var code: String {
        switch self {
        case .invalid(let mistakes):
            mistakes.contains { $0.error.code == .treeCycle } ? "tree-cycle" : "invalid-fields"
        case .codeTaken: "code-taken"
        case .unknownCode: "unknown-code"
        case .full: "registry-full"
        case .merged: "group-merged"
        case .mergesIntoItself: "merges-into-itself"
        case .lastChannel: "last-channel"
        }
    }

    package var detail: String {
        switch self {
        case .invalid(let mistakes):
            if let cycle = mistakes.first(where: { $0.error.code == .treeCycle }) {
                "nothing was registered: \(cycle.place) \(cycle.error.detail)"
            } else {
                "nothing was registered; errors[] names each place that must be corrected"
            }
        case .codeTaken(let code):
            "\(code) is registered already, with other content; nothing was changed; PUT changes it"
        case .unknownCode(let code): "nothing is registered under the code \(code)"
        case .full: "a registry holds at most \(RegistryLimit.entries) entries; nothing was registered"
        case .merged(let code, let into): "group \(code) was merged into \(into); change that one instead"
        case .mergesIntoItself: "a group cannot be merged into itself"
        case .lastChannel: "this is the last channel; add another one before it is retired"
        }
    }

    package var isStateConflict: Bool {
        switch self {
        case .invalid, .unknownCode, .mergesIntoItself: false
        case .codeTaken, .full, .merged, .lastChannel: true
        }
    }
}

/// One mistake, and where: a line of the file that was imported, if it was one.
package struct RegistryMistake: Sendable, Equatable {
    package var line: Int?
    package var error: FieldError

    package init(line: Int? = nil, _ error: FieldError) {
        self.line = line
        self.error = error
    }

    /// For people: `line 3, parent`.
    package var place: String {
        let member = error.pointer.dropFirst()
        guard let line else { return String(member) }
        return "line \(line), \(member)"
    }
}

/// How much a registry holds.
package enum RegistryLimit {
    package static let entries = 20_000
    /// Levels of a tree.
    package static let depth = 16
    /// People of a group or place.
    package static let size = 10_000_000_000
}

extension FieldError.Code {
    /// The entry would stand below itself.
    package static let treeCycle: Self = "tree_cycle"
    /// The tree would have too many levels.
    package static let tooDeep: Self = "too_deep"
    /// A code that nothing is registered for.
    package static let unknownCode: Self = "unknown_code"
}
