import Demands
import EventSourcing
import Foundation

/// A demand, by its message and number.
struct DemandKey: Hashable, Sendable {
    let message: UUID
    let demand: Int16
}

/// What was set on a demand; nil: nothing.
struct DemandChange: Sendable {
    var position: Position
    var category: String?
    var method: String?
    /// Set to nil: an earlier kind was taken back.
    var kind: String??
    var kindMethod: String?
    /// Empty: an earlier place was taken back.
    var place: String?
    var groups: [GroupLink]?
    /// It is one again with the demand that it was divided from.
    var isRejoined = false

    init(position: Position) {
        self.position = position
    }
}

/// The demands opened in a batch, as they are at its end.
struct OpenedDemands: Sendable {
    private struct Opened: Sendable {
        let key: DemandKey
        let position: Position
        let passage: Int16?
        var present: DemandChange
        var isWithdrawn = false
    }

    private var all: [Opened] = []
    private var places: [DemandKey: Int] = [:]
    private var ofMessage: [UUID: [Int]] = [:]

    var isEmpty: Bool { all.isEmpty }
    var messages: [UUID] { all.map(\.key.message) }

    /// Those that were not rejoined in the same batch.
    var standing: OpenedDemands {
        var standing = self
        standing.all.removeAll { $0.present.isRejoined }
        return standing
    }

    mutating func open(_ event: DemandOpened, message: UUID, position: Position) {
        let key = DemandKey(message: message, demand: event.demand)
        places[key] = all.count
        ofMessage[message, default: []].append(all.count)
        var present = DemandChange(position: position)
        present.kind = .some(event.kind?.rawValue)
        present.kindMethod = event.kind == nil ? nil : ClassificationMethod.given.rawValue
        all.append(Opened(key: key, position: position, passage: event.passage, present: present))
    }

    /// - Returns: false when the demand was opened in an earlier batch.
    mutating func change(
        _ demand: Int16,
        of message: UUID,
        at position: Position,
        _ set: (inout DemandChange) -> Void
    ) -> Bool {
        guard let place = places[DemandKey(message: message, demand: demand)] else { return false }
        all[place].present.position = position
        set(&all[place].present)
        return true
    }

    /// The message of these demands was amended, whose coordinates they have.
    mutating func touch(_ message: UUID, at position: Position) {
        for place in ofMessage[message] ?? [] { all[place].present.position = position }
    }

    mutating func withdraw(_ message: UUID, at position: Position) {
        for place in ofMessage[message] ?? [] {
            all[place].isWithdrawn = true
            all[place].present.position = position
        }
    }

    var columns: DemandColumns {
        var columns = DemandColumns(all.map(\.key), all.map(\.present))
        columns.opened = all.map(\.position)
        columns.passage = all.map(\.passage)
        columns.isWithdrawn = all.map { $0.isWithdrawn || $0.present.isRejoined }
        return columns
    }

    /// The demands whose groups were set.
    var groupsSet: [(key: DemandKey, groups: [GroupLink])] {
        all.compactMap { opened in opened.present.isRejoined ? nil : opened.present.groups.map { (opened.key, $0) } }
    }
}

/// What was set on demands of earlier batches.
struct DemandChanges: Sendable {
    private var keys: [DemandKey] = []
    private var changes: [DemandChange] = []
    private var places: [DemandKey: Int] = [:]

    var isEmpty: Bool { keys.isEmpty }
    var messages: [UUID] { keys.map(\.message) }

    mutating func change(
        _ demand: Int16,
        of message: UUID,
        at position: Position,
        _ set: (inout DemandChange) -> Void
    ) {
        let key = DemandKey(message: message, demand: demand)
        let place = places[key] ?? keys.count
        if place == keys.count {
            places[key] = place
            keys.append(key)
            changes.append(DemandChange(position: position))
        }
        changes[place].position = max(changes[place].position, position)
        set(&changes[place])
    }

    var columns: DemandColumns { DemandColumns(keys, changes) }

    /// The demands whose groups were set.
    var groupsSet: [(key: DemandKey, groups: [GroupLink])] {
        zip(keys, changes).compactMap { key, change in change.isRejoined ? nil : change.groups.map { (key, $0) } }
    }

    /// The demands that count no longer.
    var rejoined: [DemandKey] { zip(keys, changes).filter(\.1.isRejoined).map(\.0) }
}

/// Demands as columns for set-based statements.
struct DemandColumns: Sendable {
    let message: [UUID]
    let demand: [Int16]
    /// Of the last change.
    let position: [Int64]
    /// Nil: not set.
    let category: [String?]
    let method: [String?]
    let setsKind: [Bool]
    let kind: [String?]
    let kindMethod: [String?]
    let setsPlace: [Bool]
    let place: [String]
    let placeKey: [String]
    let setsGroups: [Bool]
    let groups: [String]
    let groupKeys: [String]
    let isRejoined: [Bool]
    /// Of demands that were opened; else empty.
    var opened: [Int64] = []
    var passage: [Int16?] = []
    var isWithdrawn: [Bool] = []

    init(_ keys: [DemandKey], _ changes: [DemandChange]) {
        message = keys.map(\.message)
        demand = keys.map(\.demand)
        position = changes.map(\.position)
        category = changes.map(\.category)
        method = changes.map(\.method)
        setsKind = changes.map { $0.kind != nil }
        kind = changes.map { $0.kind ?? nil }
        kindMethod = changes.map(\.kindMethod)
        setsPlace = changes.map { $0.place != nil }
        place = changes.map { NameKey.trimmed($0.place ?? "") }
        placeKey = changes.map { NameKey.of($0.place ?? "") }
        setsGroups = changes.map { $0.groups != nil }
        groups = changes.map { ($0.groups ?? []).map(\.name).joinedForSQL }
        groupKeys = changes.map { ($0.groups ?? []).map { NameKey.of($0.name) }.joinedForSQL }
        isRejoined = changes.map(\.isRejoined)
    }
}
