import Demands
import EventSourcing
import Foundation
import Postgres

/// What a batch of events changes about messages and demands as they stand.
package struct StandingDelta: Sendable {
    var messages = StandingMessages()
    var opened = OpenedDemands()
    var changes = DemandChanges()
    var withdrawals = WithdrawalColumns()
    var names = NameChanges()
    var release: Release?
    /// The messages that any of this is about.
    private(set) var touched: Set<UUID> = []

    /// The stored events that `fold` takes.
    static let eventTypes = MessageEvent.Name.all.union(NameChanges.eventTypes).union([ReleasePublished.name])

    mutating func fold(_ event: RecordedEvent) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            release = Release(try ReleasePublished(decoding: event), event)
            return
        }
        if try names.take(event) { return }
        let message = event.stream.id
        switch try MessageEvent(decoding: event) {
        case .received(let received): messages.append(received.coordinates, message: message, event)
        case .responded(let response): messages.append(response.coordinates, message: message, event)
        case .demandOpened(let event): opened.open(event, message: message, position: 0)
        case .demandCategorised(let event): change(event.demand, message) { $0.category = event.category }
        case .demandKindSet(let event): change(event.demand, message) { $0.kind = .some(event.kind?.rawValue) }
        case .demandPlaceSet(let event): change(event.demand, message) { $0.place = event.place ?? "" }
        case .demandGroupsSet(let event): change(event.demand, message) { $0.groups = event.groups }
        case .withdrawn:
            withdrawals.message.append(message)
            withdrawals.position.append(event.position)
        case .added, .forgotten: return
        }
        touched.insert(message)
    }

    private mutating func change(_ demand: Int16, _ message: UUID, _ set: (inout DemandChange) -> Void) {
        if !opened.change(demand, of: message, at: 0, set) { changes.change(demand, of: message, at: 0, set) }
    }

    /// The groups named in this batch, for messages (demand 0) and demands.
    var namedGroups: NamedGroupColumns {
        var columns = messages.groups
        for (key, groups) in opened.groupsSet + changes.groupsSet { columns.append(groups, key.message, key.demand) }
        return columns
    }
}

/// Columns of the messages that came in.
struct StandingMessages: Sendable {
    var id: [UUID] = []
    var organization: [String] = []
    var place: [String] = []
    var placeKey: [String] = []
    var channel: [String] = []
    var occurredAt: [PostgresTimestamp] = []
    var person: [UUID?] = []
    var support: [Int32] = []
    var groups = NamedGroupColumns()

    mutating func append(_ received: MessageCoordinates, message: UUID, _ event: RecordedEvent) {
        id.append(message)
        organization.append(received.organization ?? "")
        place.append(received.place.map(NameKey.trimmed) ?? "")
        placeKey.append(received.place.map(NameKey.of) ?? "")
        channel.append(received.channel)
        occurredAt.append(PostgresTimestamp(received.occurredAt ?? event.recordedAt))
        person.append(received.person)
        support.append(Int32(clamping: received.reportedSupport))
        groups.append(received.groups, message, 0)
    }
}

/// Columns of `named_groups`.
struct NamedGroupColumns: Sendable {
    var message: [UUID] = []
    var demand: [Int16] = []
    var ordinal: [Int16] = []
    var name: [String] = []
    var key: [String] = []
    var ties: [String] = []
    var assertedBy: [String] = []

    mutating func append(_ groups: [GroupLink], _ message: UUID, _ demand: Int16) {
        for (index, group) in groups.enumerated() {
            self.message.append(message)
            self.demand.append(demand)
            ordinal.append(Int16(clamping: index + 1))
            name.append(NameKey.trimmed(group.name))
            key.append(NameKey.of(group.name))
            ties.append(Tie.allCases.filter(group.ties.contains).map(\.rawValue).joined(separator: ","))
            assertedBy.append(group.assertedBy)
        }
    }
}
