import Demands
import EventSourcing
import Foundation
import Postgres
import Topics

/// What a batch of events changes about topics and their demands.
package struct TopicBoardDelta: Sendable {
    var messages = TopicMessages()
    /// Messages of earlier batches, as their last amendment here leaves them.
    var amended = TopicMessages()
    var opened = TopicDemands()
    var changes = TopicDemands()
    var withdrawn: [UUID] = []
    var supports: [(stream: UUID, topic: String, person: UUID?, at: PostgresTimestamp)] = []
    /// What was done with topics, in order: each event's number, type and body.
    var operations: [(number: Int, type: String, body: String)] = []
    var names = NameChanges()
    /// In order; a live batch has one at most, its last event.
    var releases: [Release] = []
    private(set) var touched: Set<UUID> = []

    mutating func fold(_ event: RecordedEvent) throws(UndecodableEvent) {
        if event.type == ReleasePublished.name {
            releases.append(Release(try ReleasePublished(decoding: event), event))
            return
        }
        if try names.take(event) { return }
        if event.type == TopicSupported.name {
            let support = try TopicSupported(decoding: event)
            supports.append(
                (event.stream.id, support.topic.description, support.person, PostgresTimestamp(event.recordedAt))
            )
            return
        }
        if TopicBookEvent.types.contains(event.type) {
            let number =
                switch try TopicBookEvent(decoding: event) {
                case .operation(let operation): operation.number
                case .undone(let undone): undone.operation
                }
            operations.append((number, event.type, String(decoding: event.body, as: UTF8.self)))
            return
        }
        let message = event.stream.id
        switch try MessageEvent(decoding: event) {
        case .received(let received): messages.append(received.coordinates, message, event.recordedAt)
        case .responded(let response): messages.append(response.coordinates, message, event.recordedAt)
        case .amended(let amended):
            let coordinates = amended.content.coordinates
            if !messages.replace(message, by: coordinates), !self.amended.replace(message, by: coordinates) {
                self.amended.append(coordinates, message, nil)
            }
        case .demandOpened(let event_):
            opened.put(message, event_.demand) { $0.position = event.position }
        case .demandCategorised(let set): change(message, set.demand) { $0.category = set.category }
        case .demandLinked(let link): change(message, link.demand) { $0.link = link }
        case .demandRejoined(let rejoined): change(message, rejoined.demand) { $0.isRejoined = true }
        case .demandPlaceSet(let set):
            return change(message, set.demand) { $0.place = NameKey.trimmed(set.place ?? "") }
        case .demandGroupsSet(let set): return change(message, set.demand) { $0.groups = set.groups.map(\.name) }
        case .withdrawn: withdrawn.append(message)
        default: return
        }
        touched.insert(message)
    }

    private mutating func change(_ message: UUID, _ demand: Int16, _ set: (inout TopicDemands.Row) -> Void) {
        if !opened.change(message, demand, set) { changes.put(message, demand, set) }
    }
}

/// Columns of `messages.sql` and `amendments.sql`.
struct TopicMessages: Sendable {
    private(set) var id: [UUID] = []
    private var person: [UUID?] = []
    private var occurredAt: [PostgresTimestamp?] = []
    private var receivedAt: [PostgresTimestamp?] = []
    private var support: [Int32] = []
    private var organization: [String] = []
    private var place: [String] = []
    private var groups: [String] = []
    private var placeKey: [String] = []
    private var groupKeys: [String] = []
    private var places: [UUID: Int] = [:]

    mutating func append(_ message: MessageCoordinates, _ id: UUID, _ receivedAt: Timestamp?) {
        places[id] = self.id.count
        self.id.append(id)
        person.append(message.person)
        occurredAt.append(message.occurredAt.map { PostgresTimestamp($0) })
        self.receivedAt.append(receivedAt.map { PostgresTimestamp($0) })
        support.append(Int32(clamping: message.reportedSupport))
        organization.append(message.organization ?? "")
        place.append(message.place.map(NameKey.trimmed) ?? "")
        groups.append(message.groups.map(\.name).joinedForSQL)
        placeKey.append(message.place.map(NameKey.of) ?? "")
        groupKeys.append(message.groups.map { NameKey.of($0.name) }.joinedForSQL)
    }

    /// - Returns: whether it is among these.
    mutating func replace(_ id: UUID, by message: MessageCoordinates) -> Bool {
        guard let index = places[id] else { return false }
        person[index] = message.person
        occurredAt[index] = message.occurredAt.map { PostgresTimestamp($0) }
        support[index] = Int32(clamping: message.reportedSupport)
        organization[index] = message.organization ?? ""
        place[index] = message.place.map(NameKey.trimmed) ?? ""
        groups[index] = message.groups.map(\.name).joinedForSQL
        placeKey[index] = message.place.map(NameKey.of) ?? ""
        groupKeys[index] = message.groups.map { NameKey.of($0.name) }.joinedForSQL
        return true
    }

    var binds: [any PostgresEncodable] {
        [id, person, occurredAt, receivedAt, support, organization, place, groups, placeKey, groupKeys]
    }
}

/// Demands, each once, with what was set on them; columns of `demands.sql` and `changes.sql`.
struct TopicDemands: Sendable {
    struct Row: Sendable {
        var position: Position = 0
        var category: String?
        var link: DemandLinked?
        var isRejoined = false
        /// As a reviewer set it, empty for none; nil: nobody did.
        var place: String?
        var groups: [String]?
    }

    private var keys: [DemandKey] = []
    private var rows: [Row] = []
    private var places: [DemandKey: Int] = [:]

    var isEmpty: Bool { keys.isEmpty }

    mutating func put(_ message: UUID, _ demand: Int16, _ set: (inout Row) -> Void) {
        if change(message, demand, set) { return }
        let key = DemandKey(message: message, demand: demand)
        places[key] = keys.count
        keys.append(key)
        var row = Row()
        set(&row)
        rows.append(row)
    }

    /// - Returns: whether it is among these.
    mutating func change(_ message: UUID, _ demand: Int16, _ set: (inout Row) -> Void) -> Bool {
        guard let index = places[DemandKey(message: message, demand: demand)] else { return false }
        set(&rows[index])
        return true
    }

    var openedBinds: [any PostgresEncodable] {
        [
            keys.map(\.message), keys.map(\.demand), rows.map(\.position),
            rows.map { $0.category ?? unclassifiedCategory }, rows.map { $0.link?.topic ?? "" },
            rows.map { $0.link?.method ?? "" }, rows.map { Int32($0.link?.confidence.tenThousandths ?? 0) },
            rows.map { $0.link?.because }, rows.map { $0.link?.sameWordingAs }, rows.map(\.isRejoined),
        ] + setBinds
    }

    var changedBinds: [any PostgresEncodable] {
        [
            keys.map(\.message), keys.map(\.demand), rows.map(\.category), rows.map { $0.link.map { $0.topic ?? "" } },
            rows.map { $0.link?.method }, rows.map { $0.link.map { Int32($0.confidence.tenThousandths) } },
            rows.map { $0.link?.because }, rows.map { $0.link?.sameWordingAs }, rows.map(\.isRejoined),
        ] + setBinds
    }

    private var setBinds: [any PostgresEncodable] {
        [
            rows.map(\.place), rows.map { $0.place.map(NameKey.of) }, rows.map { $0.groups?.joinedForSQL },
            rows.map { $0.groups?.map(NameKey.of).joinedForSQL },
        ]
    }
}
