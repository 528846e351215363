import JSONText

/// One thing that is wrong about one change.
package struct CategoryChangeMistake: Sendable, Equatable {
    package enum Field: String, Sendable {
        case change, from, to, undecided
    }

    /// Its place among the changes, from 0.
    package var change: Int
    package var field: Field
    package var code: FieldError.Code
    /// The rule in words, fit to follow the field's name; never quotes the value.
    package var detail: String

    package init(change: Int, field: Field, code: FieldError.Code, detail: String) {
        self.change = change
        self.field = field
        self.code = code
        self.detail = detail
    }
}

/// What holds for the changes of a version.
struct CategoryChangeRules {
    private let former: Set<ExactText>
    private let before: [ExactText: Category]
    private let after: [ExactText: Category]
    private var named: Set<ExactText> = []
    private(set) var mistakes: [CategoryChangeMistake] = []

    init(_ state: Taxonomy.State, _ categories: [Category]) {
        former = Set(state.formerCodes.map { ExactText($0) })
        before = Self.byCode(state.current?.categories ?? [])
        after = Self.byCode(categories)
    }

    private static func byCode(_ categories: [Category]) -> [ExactText: Category] {
        var byCode: [ExactText: Category] = [:]
        for category in categories { byCode[ExactText(category.code)] = category }
        return byCode
    }

    /// Categories of the version before that are gone, and of which no change says anything; in their order.
    static func unexplained(_ state: Taxonomy.State, _ categories: [Category], _ changes: [CategoryChange]) -> [String]
    {
        var explained = Set(categories.map { ExactText($0.code) })
        for change in changes { explained.formUnion(change.from.map { ExactText($0) }) }
        return (state.current?.categories ?? []).map(\.code).filter { !explained.contains(ExactText($0)) }
    }

    mutating func look(at index: Int, _ change: CategoryChange) {
        func found(_ field: CategoryChangeMistake.Field, _ code: FieldError.Code, _ detail: String) {
            mistakes.append(CategoryChangeMistake(change: index, field: field, code: code, detail: detail))
        }
        guard change.kind != .retire else {
            return found(.change, .notAllowed, "must be one of move, merge, rename, split, drop")
        }
        count(change, found)
        let to = Set(change.to.map { ExactText($0) })
        if to.count < change.to.count { found(.to, .duplicate, "must name each category once") }
        if change.to.contains(where: { after[ExactText($0)] == nil }) {
            found(.to, .notAllowed, "must be codes of the new version")
        }
        for code in change.from.map({ ExactText($0) }) {
            if before[code] == nil, !former.contains(code) {
                found(.from, .notAllowed, "must be codes of a version before")
            } else if !named.insert(code).inserted {
                found(.from, .duplicate, "must be named once in all changes")
            } else if after[code] != nil, !to.contains(code) || change.kind == .rename {
                found(.from, .notAllowed, "must not be a category of the new version any more")
            }
        }
        place(change, found)
    }

    /// How many codes each kind has.
    private func count(
        _ change: CategoryChange,
        _ found: (CategoryChangeMistake.Field, FieldError.Code, String) -> Void
    ) {
        let isOne = [.move, .rename, .split].contains(change.kind)
        if change.from.isEmpty || (isOne && change.from.count > 1) {
            found(.from, change.from.isEmpty ? .required : .tooMany, isOne ? "must be one code" : "must be codes")
        }
        switch change.kind {
        case .move, .rename, .merge:
            if change.to.count != 1 { found(.to, change.to.isEmpty ? .required : .tooMany, "must be one code") }
        case .split:
            if change.to.count < 2 { found(.to, .required, "must be two codes or more") }
        case .drop, .retire:
            if !change.to.isEmpty { found(.to, .notAllowed, "must be absent: what is dropped goes nowhere") }
        }
        if change.kind == .split, change.undecided == nil {
            found(.undecided, .required, "must say where demands go that nobody decided")
        } else if change.kind != .split, change.undecided != nil {
            found(.undecided, .notAllowed, "must be absent: only a split leaves demands undecided")
        }
    }

    /// What each kind asks of the places in the tree.
    private func place(
        _ change: CategoryChange,
        _ found: (CategoryChangeMistake.Field, FieldError.Code, String) -> Void
    ) {
        guard let old = change.from.first.map({ ExactText($0) }), let new = change.to.first.map({ ExactText($0) })
        else {
            return
        }
        if change.kind == .rename, before[new] != nil {
            found(.to, .notAllowed, "must be a new code; demands join a category that was there by merge")
        }
        if change.kind == .move, let was = before[old], let now = after[new] {
            if old != new, before[new] != nil {
                found(
                    .to,
                    .notAllowed,
                    "must be a new code, or the same; demands join a category that was there by merge"
                )
            } else if was.parent.map({ ExactText($0) }) == now.parent.map({ ExactText($0) }) {
                found(.to, .notAllowed, "must stand below another parent than before; another code alone is a rename")
            }
        }
        guard change.kind == .split, let undecided = change.undecided.map({ ExactText($0) }) else { return }
        let parent = before[old]?.parent.map { ExactText($0) }
        let isParent = parent == undecided && after[undecided] != nil
        if undecided.text != unclassifiedCategory, !change.to.contains(where: { ExactText($0) == undecided }), !isParent
        {
            found(
                .undecided,
                .notAllowed,
                "must be one of the new codes, the parent if it is still there, or \(unclassifiedCategory)"
            )
        }
    }
}
