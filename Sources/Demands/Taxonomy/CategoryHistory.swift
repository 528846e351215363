import EventSourcing
import JSONText

/// Where the demands of a category belong at present, as the versions of a taxonomy say one after the other.
///
/// Pure: what it says depends on the versions, and on when the category was said.
package struct CategoryHistory: Sendable {
    /// Where a demand goes.
    package struct Destination: Sendable, Equatable {
        package var category: String
        /// The last version that changed it.
        package var version: Int
        /// Whether a split left it undecided; nil: there was none.
        package var isUndecided: Bool?

        package init(category: String, version: Int, isUndecided: Bool? = nil) {
            self.category = category
            self.version = version
            self.isUndecided = isUndecided
        }
    }

    private struct Version: Sendable {
        let number: Int
        let position: Position
        let changes: [ExactText: CategoryChange]
    }

    private var versions: [Version] = []
    /// The places of the versions that have a code, as ranges in order.
    private var known: [ExactText: [ClosedRange<Int>]] = [:]

    package init() {}

    /// Takes the next version, as the log has it.
    package mutating func add(_ taxonomy: TaxonomyPublished, at position: Position) {
        var changes: [ExactText: CategoryChange] = [:]
        for change in taxonomy.changes { for code in change.from { changes[ExactText(code)] = change } }
        let place = versions.count
        versions.append(Version(number: taxonomy.version, position: position, changes: changes))
        for category in taxonomy.categories {
            let code = ExactText(category.code)
            var ranges = known[code, default: []]
            if let last = ranges.last, last.upperBound == place - 1 {
                ranges[ranges.count - 1] = last.lowerBound...place
            } else {
                ranges.append(place...place)
            }
            known[code] = ranges
        }
    }

    /// The last version that says what becomes of demands; 0: none does.
    package var lastChanging: Int { versions.last { !$0.changes.isEmpty }?.number ?? 0 }

    /// Where a demand belongs of which that category was said at that position; nil: where it is.
    ///
    /// Whoever names a category that was no longer there meant it as the last version had it.
    /// - Parameter choose: which half of a split, made by that version, the demand's words tell; nil: none.
    package func destination(
        of category: String,
        saidAt position: Position,
        choosing choose: (_ split: CategoryChange, _ version: Int) -> String? = { _, _ in nil }
    ) -> Destination? {
        var at = category
        var destination: Destination?
        var isUndecided: Bool?
        for version in versions[first(for: category, saidAt: position)...] {
            guard let change = version.changes[ExactText(at)] else { continue }
            switch change.kind {
            case .move, .merge, .rename:
                guard let to = change.to.first, !ExactText.same(to, at) else { continue }
                at = to
            case .split:
                let chosen = choose(change, version.number)
                isUndecided = chosen == nil
                at = chosen ?? change.undecided ?? unclassifiedCategory
            case .drop, .retire:
                at = unclassifiedCategory
                isUndecided = false
            }
            destination = Destination(category: at, version: version.number)
        }
        destination?.isUndecided = isUndecided
        return destination
    }

    /// The place of the first version whose changes are about it.
    private func first(for category: String, saidAt position: Position) -> Int {
        // Versions are few, and their positions ascend.
        let next = versions.firstIndex { $0.position > position } ?? versions.count
        guard let ranges = known[ExactText(category)], let last = ranges.last(where: { $0.lowerBound < next }) else {
            return next
        }
        return min(next, last.upperBound + 1)
    }
}
