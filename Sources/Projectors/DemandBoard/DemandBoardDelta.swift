import Demands
import EventSourcing
import Foundation
import Postgres

/// What a batch of events changes on the board: columns for set-based statements.
///
/// A demand that is opened and changed in the same batch is written once, as it is at the end of the batch.
package struct DemandBoardDelta: Sendable {
    var messages = MessageColumns()
    var opened = OpenedColumns()
    var categories = CategoryColumns()
    var withdrawals = WithdrawalColumns()
    var release: Release?

    private struct Key: Hashable {
        let message: UUID
        let demand: Int16
    }

    private var openedHere: [Key: Int] = [:]
    private var openedOf: [UUID: [Int]] = [:]
    private var categorisedHere: [Key: Int] = [:]

    var changesFacts: Bool { !opened.message.isEmpty || changesOldFacts }

    var changesOldFacts: Bool { !categories.message.isEmpty || !withdrawals.message.isEmpty }

    mutating func open(_ event: DemandOpened, message: UUID, position: Position) {
        let key = Key(message: message, demand: event.demand)
        openedHere[key] = opened.message.count
        openedOf[message, default: []].append(opened.message.count)
        opened.message.append(message)
        opened.demand.append(event.demand)
        opened.position.append(position)
        opened.changed.append(position)
        opened.category.append(unclassifiedCategory)
        opened.method.append("none")
        opened.kind.append(event.kind?.rawValue)
        opened.isWithdrawn.append(false)
    }

    mutating func categorise(_ event: DemandCategorised, message: UUID, position: Position) {
        let key = Key(message: message, demand: event.demand)
        if let index = openedHere[key] {
            opened.category[index] = event.category
            opened.method[index] = event.method.rawValue
            opened.changed[index] = position
        } else if let index = categorisedHere[key] {
            categories.position[index] = position
            categories.category[index] = event.category
            categories.method[index] = event.method.rawValue
        } else {
            categorisedHere[key] = categories.message.count
            categories.message.append(message)
            categories.demand.append(event.demand)
            categories.position.append(position)
            categories.category.append(event.category)
            categories.method.append(event.method.rawValue)
        }
    }

    /// Demands opened in this batch are withdrawn in place; those opened before are found by their message.
    mutating func withdraw(_ message: UUID, position: Position) {
        for index in openedOf[message] ?? [] {
            opened.isWithdrawn[index] = true
            opened.changed[index] = position
        }
        withdrawals.message.append(message)
        withdrawals.position.append(position)
    }
}

/// Columns of `messages.sql`.
struct MessageColumns: Sendable {
    var id: [UUID] = []
    var organization: [String] = []
    var place: [String] = []
    var channel: [String] = []
    var groups: [String] = []
    var source: [String?] = []
    var language: [String?] = []
    var occurredAt: [PostgresTimestamp] = []
    var receivedAt: [PostgresTimestamp] = []
    var person: [UUID?] = []
    var support: [Int32] = []

    mutating func append(_ received: MessageCoordinates, message: UUID, receivedAt: Timestamp) {
        id.append(message)
        organization.append(received.organization ?? "")
        place.append(received.place ?? "")
        channel.append(received.channel)
        groups.append(received.groups.map(\.name).joined(separator: "\u{1F}"))
        source.append(received.source)
        language.append(received.language)
        occurredAt.append(PostgresTimestamp(received.occurredAt ?? receivedAt))
        self.receivedAt.append(PostgresTimestamp(receivedAt))
        person.append(received.person)
        support.append(Int32(clamping: received.reportedSupport))
    }

    var binds: [any PostgresEncodable] {
        [id, organization, place, channel, groups, source, language, occurredAt, receivedAt, person, support]
    }
}

/// Columns of the demands opened.
struct OpenedColumns: Sendable {
    var message: [UUID] = []
    var demand: [Int16] = []
    var position: [Int64] = []
    var changed: [Int64] = []
    var category: [String] = []
    var method: [String] = []
    var kind: [String?] = []
    var isWithdrawn: [Bool] = []

    var binds: [any PostgresEncodable] { [message, demand, position, changed, category, method, kind, isWithdrawn] }
}

/// Columns of the categories set on demands of earlier batches.
struct CategoryColumns: Sendable {
    var message: [UUID] = []
    var demand: [Int16] = []
    var position: [Int64] = []
    var category: [String] = []
    var method: [String] = []

    var binds: [any PostgresEncodable] { [message, demand, position, category, method] }
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
