import Demands
import EventSourcing
import Foundation
import Postgres

/// What a batch of events changes about messages and demands as they stand.
package struct StandingDelta: Sendable {
    var messages = StandingMessages()
    /// Messages of earlier batches, as their last amendment here leaves them.
    var amended = StandingMessages()
    var opened = OpenedDemands()
    var changes = DemandChanges()
    var withdrawals = WithdrawalColumns()
    var names = NameChanges()
    /// In order; a live batch has one at most, its last event.
    var releases: [Release] = []
    /// The messages that any of this is about.
    private(set) var touched: Set<UUID> = []

    /// The stored events that `fold` takes.
    static let eventTypes = MessageEvent.Name.all.union(NameChanges.eventTypes).union([ReleasePublished.name])

    mutating func fold(_ event: RecordedEvent) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            releases.append(Release(try ReleasePublished(decoding: event), event))
            return
        }
        if try names.take(event) { return }
        let message = event.stream.id
        switch try MessageEvent(decoding: event) {
        case .received(let received): messages.append(received.coordinates, message, event)
        case .responded(let response): messages.append(response.coordinates, message, event)
        case .amended(let amended): amend(amended.content.coordinates, message)
        case .demandOpened(let event): opened.open(event, message: message, position: 0)
        case .demandCategorised(let event): change(event.demand, message) { $0.category = event.category }
        case .demandKindSet(let event): change(event.demand, message) { $0.kind = .some(event.kind?.rawValue) }
        case .demandPlaceSet(let event): change(event.demand, message) { $0.place = event.place ?? "" }
        case .demandGroupsSet(let event): change(event.demand, message) { $0.groups = event.groups }
        case .demandRejoined(let event): change(event.demand, message) { $0.isRejoined = true }
        case .withdrawn:
            withdrawals.message.append(message)
            withdrawals.position.append(event.position)
        case .demandNarrowed, .demandJudged, .demandLinked, .handled, .added, .forgotten: return
        }
        touched.insert(message)
    }

    private mutating func amend(_ coordinates: MessageCoordinates, _ message: UUID) {
        if messages.replace(message, by: coordinates) || amended.replace(message, by: coordinates) { return }
        amended.append(coordinates, message, nil)
    }

    private mutating func change(_ demand: Int16, _ message: UUID, _ set: (inout DemandChange) -> Void) {
        if !opened.change(demand, of: message, at: 0, set) { changes.change(demand, of: message, at: 0, set) }
    }

    /// The groups named in this batch, for messages (demand 0) and demands.
    var namedGroups: NamedGroupColumns {
        var columns = messages.groups
        columns.append(amended.groups)
        for (key, groups) in opened.groupsSet + changes.groupsSet { columns.append(groups, key.message, key.demand) }
        return columns
    }
}

/// Columns of the messages that came in, or were amended.
struct StandingMessages: Sendable {
    var id: [UUID] = []
    /// 0: of an amendment, which leaves it as it is.
    var position: [Int64] = []
    var organization: [String] = []
    var place: [String] = []
    var placeKey: [String] = []
    var channel: [String] = []
    /// Nil: nobody said, so that the time of recording counts.
    var occurredAt: [PostgresTimestamp?] = []
    /// Nil: of an amendment, which leaves it as it is.
    var receivedAt: [PostgresTimestamp?] = []
    var person: [UUID?] = []
    var support: [Int32] = []
    var groups = NamedGroupColumns()

    /// - Parameter event: nil for an amendment.
    mutating func append(_ received: MessageCoordinates, _ message: UUID, _ event: RecordedEvent?) {
        id.append(message)
        position.append(event?.position ?? 0)
        organization.append(received.organization ?? "")
        place.append(received.place.map(NameKey.trimmed) ?? "")
        placeKey.append(received.place.map(NameKey.of) ?? "")
        channel.append(received.channel)
        occurredAt.append(received.occurredAt.map { PostgresTimestamp($0) })
        receivedAt.append(event.map { PostgresTimestamp($0.recordedAt) })
        person.append(received.person)
        support.append(Int32(clamping: received.reportedSupport))
        groups.append(received.groups, message, 0)
    }

    /// Puts an amendment in the place of the message.
    ///
    /// - Returns: false when it is not among these. Amendments are few: looked for from the end.
    mutating func replace(_ message: UUID, by amended: MessageCoordinates) -> Bool {
        guard let index = id.lastIndex(of: message) else { return false }
        organization[index] = amended.organization ?? ""
        place[index] = amended.place.map(NameKey.trimmed) ?? ""
        placeKey[index] = amended.place.map(NameKey.of) ?? ""
        channel[index] = amended.channel
        occurredAt[index] = amended.occurredAt.map { PostgresTimestamp($0) }
        person[index] = amended.person
        support[index] = Int32(clamping: amended.reportedSupport)
        groups.remove(message)
        groups.append(amended.groups, message, 0)
        return true
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

    mutating func append(_ others: NamedGroupColumns) {
        message += others.message
        demand += others.demand
        ordinal += others.ordinal
        name += others.name
        key += others.key
        ties += others.ties
        assertedBy += others.assertedBy
    }

    /// All that a message names.
    mutating func remove(_ gone: UUID) {
        for index in message.indices.reversed() where message[index] == gone {
            message.remove(at: index)
            demand.remove(at: index)
            ordinal.remove(at: index)
            name.remove(at: index)
            key.remove(at: index)
            ties.remove(at: index)
            assertedBy.remove(at: index)
        }
    }

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
