import Demands
import EventSourcing
import Foundation
import Postgres

/// What a batch of events changes on the board.
///
/// A demand that is opened and changed in the same batch is written once, as it is at the end of the batch.
package struct DemandBoardDelta: Sendable {
    var messages = MessageColumns()
    var opened = OpenedDemands()
    var changes = DemandChanges()
    var withdrawals = WithdrawalColumns()
    var names = NameChanges()
    var release: Release?

    mutating func open(_ event: DemandOpened, message: UUID, position: Position) {
        opened.open(event, message: message, position: position)
    }

    mutating func change(_ demand: Int16, of message: UUID, _ position: Position, _ set: (inout DemandChange) -> Void) {
        if !opened.change(demand, of: message, at: position, set) {
            changes.change(demand, of: message, at: position, set)
        }
    }

    /// Demands opened in this batch are withdrawn in place; those opened before are found by their message.
    mutating func withdraw(_ message: UUID, position: Position) {
        opened.withdraw(message, at: position)
        withdrawals.message.append(message)
        withdrawals.position.append(position)
    }
}

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
    /// Empty: an earlier place was taken back.
    var place: String?
    var groups: [String]?

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

    mutating func open(_ event: DemandOpened, message: UUID, position: Position) {
        let key = DemandKey(message: message, demand: event.demand)
        places[key] = all.count
        ofMessage[message, default: []].append(all.count)
        var present = DemandChange(position: position)
        present.kind = .some(event.kind?.rawValue)
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

    mutating func withdraw(_ message: UUID, at position: Position) {
        for place in ofMessage[message] ?? [] {
            all[place].isWithdrawn = true
            all[place].present.position = position
        }
    }

    var binds: [any PostgresEncodable] {
        let present = all.map(\.present)
        return [
            all.map(\.key.message), all.map(\.key.demand), all.map(\.position), present.map(\.position),
            present.map { $0.category ?? unclassifiedCategory }, present.map { $0.method ?? "none" },
            present.map { $0.kind ?? nil }, all.map(\.passage),
        ] + present.placeBinds + present.groupBinds + [all.map(\.isWithdrawn)]
    }
}

/// What was set on demands of earlier batches.
struct DemandChanges: Sendable {
    private var keys: [DemandKey] = []
    private var changes: [DemandChange] = []
    private var places: [DemandKey: Int] = [:]

    var isEmpty: Bool { keys.isEmpty }

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

    var binds: [any PostgresEncodable] {
        [
            keys.map(\.message), keys.map(\.demand), changes.map(\.position), changes.map(\.category),
            changes.map(\.method), changes.map { $0.kind != nil }, changes.map { $0.kind ?? nil },
        ] + changes.placeBinds + changes.groupBinds
    }
}

extension [DemandChange] {
    fileprivate var placeBinds: [any PostgresEncodable] {
        [
            map { $0.place != nil }, map { NameKey.trimmed($0.place ?? "") }, map { NameKey.of($0.place ?? "") },
        ]
    }

    fileprivate var groupBinds: [any PostgresEncodable] {
        [
            map { $0.groups != nil }, map { ($0.groups ?? []).joinedForSQL },
            map { ($0.groups ?? []).map(NameKey.of).joinedForSQL },
        ]
    }
}

/// Columns of `messages.sql`.
struct MessageColumns: Sendable {
    var id: [UUID] = []
    var organization: [String] = []
    var place: [String] = []
    var placeKey: [String] = []
    var channel: [String] = []
    var groups: [String] = []
    var groupKeys: [String] = []
    var source: [String?] = []
    var language: [String?] = []
    var occurredAt: [PostgresTimestamp] = []
    var receivedAt: [PostgresTimestamp] = []
    var person: [UUID?] = []
    var support: [Int32] = []
    var subject: [Int16?] = []

    /// - Parameter subject: the number of the passage that is its subject.
    mutating func append(
        _ received: MessageCoordinates,
        subject: Int16?,
        message: UUID,
        receivedAt: Timestamp
    ) {
        self.subject.append(subject)
        id.append(message)
        organization.append(received.organization ?? "")
        place.append(received.place.map(NameKey.trimmed) ?? "")
        placeKey.append(received.place.map(NameKey.of) ?? "")
        channel.append(received.channel)
        groups.append(received.groups.map(\.name).joinedForSQL)
        groupKeys.append(received.groups.map { NameKey.of($0.name) }.joinedForSQL)
        source.append(received.source)
        language.append(received.language)
        occurredAt.append(PostgresTimestamp(received.occurredAt ?? receivedAt))
        self.receivedAt.append(PostgresTimestamp(receivedAt))
        person.append(received.person)
        support.append(Int32(clamping: received.reportedSupport))
    }

    var binds: [any PostgresEncodable] {
        [
            id, organization, place, placeKey, channel, groups, groupKeys, source, language, occurredAt, receivedAt,
            person, support, subject,
        ]
    }
}

/// Columns of the messages withdrawn.
struct WithdrawalColumns: Sendable {
    var message: [UUID] = []
    var position: [Int64] = []

    var binds: [any PostgresEncodable] { [message, position] }
}

extension PostgresTimestamp {
    /// The same instant, as the database keeps it.
    init(_ timestamp: Timestamp) {
        self.init(microsecondsSince1970: timestamp.microsecondsSince1970)
    }
}
