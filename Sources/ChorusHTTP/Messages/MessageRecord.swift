import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText

/// A message as its stored events tell it, for those who may read it. Never holds a person's token or reference.
struct MessageRecord: Sendable {
    /// One want out of the message, as it stands now.
    struct Demand: Sendable {
        let number: Int16
        /// Of the passage that words it; nil: the message's text.
        let passage: Int16?
        /// The passage that it was narrowed in when it was divided; nil: it is not.
        var narrowedIn: Int16?
        /// The parts of the passage that word it; nil: all of it.
        var spans: [Span]?
        /// The demand that it was divided from.
        let dividedFrom: Int16?
        /// It is one again with the demand that it was divided from.
        var isRejoined = false
        var kind: DemandKind?
        var kindMethod: ClassificationMethod?
        var category = unclassifiedCategory
        var method: ClassificationMethod?
        var methodVersion: Int?
        var confidence: Confidence?
        /// What was said before the taxonomy changed its category.
        var carried: CarriedCategory?
        var groups: [GroupLink]
        var place: String?
        fileprivate var groupsAreReviewed = false
        fileprivate var placeIsReviewed = false
    }

    /// How a feedback was worded, from a moment on.
    struct FeedbackWording: Sendable {
        let at: Timestamp
        let text: PassageLink
        let subject: PassageLink?
    }

    /// How the message came in.
    enum Opening: Sendable {
        case feedback(FeedbackReceived)
        case response(ResponseSubmitted)
    }

    let stream: StreamID
    let actor: String
    let receivedAt: Timestamp
    let position: Position
    let opening: Opening
    /// As the sender gave them last.
    private(set) var coordinates: MessageCoordinates
    /// Of a feedback: the last one holds, earlier ones were amended. Empty for a response.
    private(set) var wordings: [FeedbackWording] = []
    private(set) var demands: [Demand] = []
    private(set) var steps: [MessageStep] = []
    /// As the decider knows it: each demand's way to its answer.
    private(set) var state = Message.initialState
    /// Answers, and reasons that were given, in order.
    private(set) var handled: [(at: Timestamp, event: HandlingEvent)] = []
    private(set) var additions: [(at: Timestamp, text: PassageLink)] = []
    /// Where it was withdrawn; nil while it counts.
    private(set) var withdrawnAt: Position?
    private(set) var isForgotten = false
    /// Whether one of its demands is a report, or was one: earlier words may be a report's.
    private(set) var wasReport = false

    var id: UUID { stream.id }

    /// Nil when the stream is empty or no message.
    init?(_ history: [RecordedEvent]) throws(UndecodableEvent) {
        guard let first = history.first, let last = history.last,
            [Message.streamType, Message.responseStreamType].contains(first.stream.type)
        else { return nil }
        switch try MessageEvent(decoding: first) {
        case .received(let received):
            opening = .feedback(received)
            coordinates = received.coordinates
        case .responded(let response):
            opening = .response(response)
            coordinates = response.coordinates
        default: return nil
        }
        stream = first.stream
        actor = first.actor
        receivedAt = first.recordedAt
        position = last.position
        for event in history { add(try MessageEvent(decoding: event), event) }
    }

    private mutating func add(_ event: MessageEvent, _ recorded: RecordedEvent) {
        Message.evolve(&state, event)
        if state.demands.contains(where: { $0.kind == .report }) { wasReport = true }
        switch event {
        case .demandOpened(let opened):
            demands.append(
                Demand(
                    number: opened.demand,
                    passage: opened.passage,
                    spans: opened.spans,
                    dividedFrom: opened.dividedFrom,
                    kind: opened.kind,
                    kindMethod: opened.kind == nil ? nil : .given,
                    groups: coordinates.groups,
                    place: coordinates.place
                )
            )
        case .demandCategorised(let set):
            change(set.demand) { demand in
                demand.category = set.category
                demand.method = set.method
                demand.methodVersion = set.methodVersion
                demand.confidence = set.confidence
                demand.carried = set.carried
            }
        case .demandKindSet(let set):
            change(set.demand) { demand in
                demand.kind = set.kind
                demand.kindMethod = set.method
            }
        case .demandNarrowed(let set):
            change(set.demand) { demand in
                demand.narrowedIn = set.passage
                demand.spans = set.spans
            }
        case .demandRejoined(let set): change(set.demand) { $0.isRejoined = true }
        case .demandGroupsSet(let set):
            change(set.demand) { demand in
                demand.groups = set.groups
                demand.groupsAreReviewed = set.method == .reviewer
            }
        case .demandPlaceSet(let set):
            change(set.demand) { demand in
                demand.place = set.place
                demand.placeIsReviewed = set.method == .reviewer
            }
        case .amended(let amended): amend(amended.content, recorded)
        case .demandJudged, .demandLinked: break
        case .handled(let event): handled.append((recorded.recordedAt, event))
        case .added(let addition): additions.append((recorded.recordedAt, addition.text))
        case .withdrawn: withdrawnAt = recorded.position
        case .forgotten: isForgotten = true
        case .received(let received): word(received, recorded)
        case .responded: break
        }
        if let step = MessageStep(event, at: recorded.recordedAt) { steps.append(step) }
    }

    private mutating func word(_ content: FeedbackReceived, _ recorded: RecordedEvent) {
        wordings.append(FeedbackWording(at: recorded.recordedAt, text: content.text, subject: content.subject))
    }

    /// The sender's new word takes the place of the old one, but for what a reviewer said.
    private mutating func amend(_ content: FeedbackReceived, _ recorded: RecordedEvent) {
        word(content, recorded)
        coordinates = content.coordinates
        for index in demands.indices {
            if !demands[index].groupsAreReviewed { demands[index].groups = coordinates.groups }
            if !demands[index].placeIsReviewed { demands[index].place = coordinates.place }
        }
    }

    /// The number of the passage that words a demand at present.
    func passage(of demand: Demand) -> Int16 {
        demand.narrowedIn ?? demand.passage ?? wordings.last?.text.number ?? 1
    }

    /// The number of the passage that is a demand's subject; nil: it has none, or the demand is a part of its message only.
    func subject(of demand: Demand) -> Int16? {
        demand.narrowedIn == nil && demand.passage == nil ? wordings.last?.subject?.number : nil
    }

    /// The words of a demand, or of the parts of its passage that voice it; nil once they are forgotten.
    func words(of demand: Demand, _ passages: [Int16: Passage]) -> String? {
        guard let text = shown(passage(of: demand), passages) else { return nil }
        return demand.spans.map { $0.words(of: text) } ?? text
    }

    private mutating func change(_ number: Int16, _ change: (inout Demand) -> Void) {
        guard let index = demands.firstIndex(where: { $0.number == number }) else { return }
        change(&demands[index])
    }

    var status: String { withdrawnAt == nil ? "received" : "withdrawn" }

    /// Whether the caller is the collector that sent it.
    func wasSent(by caller: Caller) -> Bool { caller.has(.collector) && caller.actor == actor }

    /// Administrators, and the reviewers of the organizations that one of its demands concerns; none of those that one of
    /// them speaks against.
    func isReviewable(by caller: Caller, _ organizations: OrganizationTree) -> Bool {
        let standing = demands.filter { !$0.isRejoined }
        // A response may voice no demand.
        guard !standing.isEmpty else { return caller.has(.admin) || isAddressed(to: caller) }
        return standing.contains { isReviewable($0, by: caller, organizations) }
            && !standing.contains { speaksAgainst(caller, $0, organizations) }
    }

    /// Administrators, and the reviewers of the organizations that it is addressed to, that must answer it, that stand for
    /// it or that it was escalated to; none of those that it speaks against.
    func isReviewable(_ demand: Demand, by caller: Caller, _ organizations: OrganizationTree) -> Bool {
        if caller.has(.admin) { return true }
        guard caller.has(.reviewer) else { return false }
        guard let own = caller.key.organization else { return true }
        return handling(of: demand).concerns(own, addressed: coordinates.organization, organizations)
    }

    private func isAddressed(to caller: Caller) -> Bool {
        guard caller.has(.reviewer) else { return false }
        return caller.key.organization.map { $0 == coordinates.organization } ?? true
    }

    func speaksAgainst(_ caller: Caller, _ demand: Demand, _ organizations: OrganizationTree) -> Bool {
        guard !caller.has(.admin), let own = caller.key.organization else { return false }
        return handling(of: demand).isAgainst(own, organizations)
    }

    func handling(of demand: Demand) -> Handling { state.demands[Int(demand.number) - 1].handling }

    /// What a caller has seen of a demand, for `If-Match`.
    func revision(of demand: Demand) -> Version { Version(state.demands[Int(demand.number) - 1].revision) }

    /// Masks what is masked in a later state of the message.
    mutating func takeMasks(of later: MessageRecord) { state.masks = later.state.masks }

    /// A passage's words as they are shown: what a reviewer masked is left out.
    func shown(_ number: Int16, _ passages: [Int16: Passage]) -> String? {
        passages[number].map { (state.masks[number] ?? []).masking($0.body) }
    }
}

/// Something that happened to a message, as its history tells it.
struct MessageStep: Sendable {
    let at: Timestamp
    let what: String
    /// Which demand; nil: the whole message.
    var demand: Int16?
    /// The code that was set: a category, a kind, a place.
    var value: String?
    var method: ClassificationMethod?

    /// Nil for what is no step of its own: a demand is opened with its message.
    init?(_ event: MessageEvent, at: Timestamp) {
        self.at = at
        switch event {
        case .received: what = "received"
        case .responded: what = "responded"
        case .amended: what = "amended"
        case .added: what = "added"
        case .demandOpened(let opened):
            guard opened.dividedFrom != nil else { return nil }
            what = "divided"
            demand = opened.demand
        case .demandNarrowed, .demandJudged, .demandLinked: return nil
        case .handled(let event):
            guard let step = HandlingStep(event) else { return nil }
            (what, demand, value) = (step.what, event.demand, step.value)
        case .demandRejoined(let set):
            what = "rejoined"
            demand = set.demand
        case .demandCategorised(let set):
            what = "categorised"
            (demand, value, method) = (set.demand, set.category, set.method)
        case .demandKindSet(let set):
            what = "kind-set"
            (demand, value, method) = (set.demand, set.kind?.rawValue, set.method)
        case .demandGroupsSet(let set):
            what = "groups-set"
            (demand, value, method) = (set.demand, set.groups.map(\.name).joined(separator: ", "), set.method)
        case .demandPlaceSet(let set):
            what = "place-set"
            (demand, value, method) = (set.demand, set.place, set.method)
        case .withdrawn: what = "withdrawn"
        case .forgotten: what = "forgotten"
        }
    }
}
