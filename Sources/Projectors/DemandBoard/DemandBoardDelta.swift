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

extension DemandBoardDelta {
    /// For `apply.sql`.
    var openedBinds: [any PostgresEncodable] {
        let demands = opened.columns
        return [
            demands.message, demands.demand, demands.opened, demands.position,
            demands.category.map { $0 ?? unclassifiedCategory }, demands.method.map { $0 ?? "none" }, demands.kind,
            demands.passage, demands.setsPlace, demands.place, demands.placeKey, demands.setsGroups, demands.groups,
            demands.groupKeys, demands.isWithdrawn,
        ]
    }
}

extension DemandChanges {
    /// For `apply.sql` of the board.
    var binds: [any PostgresEncodable] {
        let demands = columns
        return [
            demands.message, demands.demand, demands.position, demands.category, demands.method, demands.setsKind,
            demands.kind, demands.setsPlace, demands.place, demands.placeKey, demands.setsGroups, demands.groups,
            demands.groupKeys,
        ]
    }
}
