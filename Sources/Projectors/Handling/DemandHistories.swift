import Demands
import EventSourcing
import Foundation

/// A message as its sender says it now.
struct HandledMessage: Sendable {
    let id: UUID
    let receivedAt: Timestamp
    var channel = ""
    var occurredAt: Timestamp
    var person: UUID?
    var organization = ""
    var place = ""
    var groups: [String] = []
    var isWithdrawn = false

    init(id: UUID, receivedAt: Timestamp) {
        self.id = id
        self.receivedAt = receivedAt
        occurredAt = receivedAt
    }

    mutating func take(_ coordinates: MessageCoordinates) {
        channel = coordinates.channel
        occurredAt = coordinates.occurredAt ?? receivedAt
        person = coordinates.person
        organization = coordinates.organization ?? ""
        place = coordinates.place.map(NameKey.trimmed) ?? ""
        groups = coordinates.groups.map(\.name)
    }
}

/// What became of a demand.
struct HandledDemand: Sendable {
    let key: DemandKey
    let opened: Position
    var changed: Position
    var category = unclassifiedCategory
    var kind = ""
    /// Nil: that of its message.
    var place: String?
    /// Nil: those of its message.
    var groups: [String]?
    var link = ""
    var isRejoined = false
    var handling: Handling
    /// By when the first answer was due.
    var firstDue: Timestamp?
    var replies: Int32 = 0
    var acknowledgements: Int32 = 0
    var firstRepliedAt: Timestamp?
    var lastRepliedAt: Timestamp?
    var closedAt: Timestamp?
    /// By who spoke, and not to try the system; nil: it was not judged.
    var judgement: (judged: ReplyJudged, at: Timestamp)?

    init(_ key: DemandKey, opened: Position, _ handling: Handling) {
        self.key = key
        self.opened = opened
        changed = opened
        self.handling = handling
    }

    /// A judgement that was made up counts nowhere, but the demand can have no other one.
    var isJudgedSynthetically: Bool { handling.isJudged && judgement == nil }

    mutating func take(_ event: HandlingEvent, at: Timestamp) {
        // Whatever becomes due later: the first answer was due by then.
        let isFirst = replies == 0 && handling.reopenings == 0
        let wasClosed = handling.state.phase == .closed
        handling.evolve(event)
        switch event {
        case .replied(let reply) where reply.isSubstantive:
            let repliedAt = reply.repliedAt ?? at
            replies += 1
            firstRepliedAt = min(firstRepliedAt ?? repliedAt, repliedAt)
            lastRepliedAt = max(lastRepliedAt ?? repliedAt, repliedAt)
        case .replied: acknowledgements += 1
        case .reopened: judgement = nil
        case .judged(let judged) where !judged.isSynthetic: judgement = (judged, at)
        default: break
        }
        if isFirst, handling.reopenings == 0 { firstDue = handling.due }
        if handling.state.phase != .closed {
            closedAt = nil
        } else if !wasClosed {
            closedAt = at
        }
    }
}

/// An answer that was given.
struct HandledReply: Sendable {
    let key: DemandKey
    let position: Position
    let at: Timestamp
    let reply: DemandReplied
}

/// Messages and their demands, read from the tables or new, with what a batch says of them.
struct DemandHistories: Sendable {
    /// Something that is published by month.
    struct Moment: Hashable, Sendable {
        let what: String
        let at: Timestamp
    }

    private(set) var messages: [HandledMessage] = []
    private(set) var demands: [HandledDemand] = []
    private(set) var replies: [HandledReply] = []
    /// In the order met, each once.
    private(set) var moments: [Moment] = []
    private var places: [UUID: Int] = [:]
    /// Places of messages that the batch brought, or says something else of than before.
    private var changed: Set<Int> = []
    private var demandPlaces: [DemandKey: Int] = [:]
    private var demandsOf: [UUID: [Int]] = [:]
    private var met: Set<Moment> = []

    var changedMessages: [HandledMessage] { changed.sorted().map { messages[$0] } }

    /// As earlier batches left it.
    mutating func put(_ message: HandledMessage) {
        places[message.id] = messages.count
        messages.append(message)
    }

    mutating func put(_ demand: HandledDemand) {
        demandPlaces[demand.key] = demands.count
        demandsOf[demand.key.message, default: []].append(demands.count)
        demands.append(demand)
    }

    /// The message that a demand came with.
    func message(of demand: HandledDemand) -> HandledMessage? { places[demand.key.message].map { messages[$0] } }

    mutating func take(_ said: HandlingDelta.Said) {
        switch said.event {
        case .received(let received): open(received.coordinates, said)
        case .responded(let response): open(response.coordinates, said)
        case .amended(let amended):
            change(said) { $0.take(amended.content.coordinates) }
            touch(said)
        case .withdrawn:
            change(said) { $0.isWithdrawn = true }
            touch(said)
        case .demandOpened(let opened):
            let key = DemandKey(message: said.message, demand: opened.demand)
            var demand = HandledDemand(key, opened: said.position, Handling(opened))
            demand.kind = opened.kind?.rawValue ?? ""
            put(demand)
        case .demandCategorised(let event): change(event.demand, said) { $0.category = event.category }
        case .demandKindSet(let event): change(event.demand, said) { $0.kind = event.kind?.rawValue ?? "" }
        case .demandLinked(let event): change(event.demand, said) { $0.link = event.topic ?? "" }
        case .demandGroupsSet(let event): change(event.demand, said) { $0.groups = event.groups.map(\.name) }
        case .demandPlaceSet(let event):
            change(event.demand, said) { $0.place = event.place.map(NameKey.trimmed) ?? "" }
        case .demandNarrowed(let event): change(event.demand, said) { _ in }
        case .demandRejoined(let event): change(event.demand, said) { $0.isRejoined = true }
        case .handled(let event): take(event, said)
        case .demandJudged, .added, .forgotten: break
        }
    }

    private mutating func take(_ event: HandlingEvent, _ said: HandlingDelta.Said) {
        guard let number = event.demand else { return }
        change(number, said) { $0.take(event, at: said.at) }
        let key = DemandKey(message: said.message, demand: number)
        if case .replied(let reply) = event {
            replies.append(
                HandledReply(key: key, position: said.position, at: reply.repliedAt ?? said.at, reply: reply)
            )
        }
        guard let place = demandPlaces[key] else { return }
        let demand = demands[place]
        meet("due", demand.firstDue)
        meet("answered", demand.lastRepliedAt)
        meet("solved", demand.judgement?.at)
        meet("satisfied", demand.judgement?.at)
    }

    private mutating func open(_ coordinates: MessageCoordinates, _ said: HandlingDelta.Said) {
        var message = HandledMessage(id: said.message, receivedAt: said.at)
        message.take(coordinates)
        changed.insert(messages.count)
        put(message)
        meet("channel", said.at)
    }

    private mutating func meet(_ what: String, _ at: Timestamp?) {
        guard let at else { return }
        let moment = Moment(what: what, at: at)
        if met.insert(moment).inserted { moments.append(moment) }
    }

    private mutating func change(_ said: HandlingDelta.Said, _ change: (inout HandledMessage) -> Void) {
        guard let place = places[said.message] else { return }
        changed.insert(place)
        change(&messages[place])
    }

    private mutating func change(
        _ demand: Int16,
        _ said: HandlingDelta.Said,
        _ change: (inout HandledDemand) -> Void
    ) {
        guard let place = demandPlaces[DemandKey(message: said.message, demand: demand)] else { return }
        demands[place].changed = said.position
        change(&demands[place])
    }

    private mutating func touch(_ said: HandlingDelta.Said) {
        for place in demandsOf[said.message] ?? [] { demands[place].changed = said.position }
    }
}
