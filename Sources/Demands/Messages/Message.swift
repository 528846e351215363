import EventSourcing
import Foundation

/// A message from the moment that it came in: a feedback or a response, its demands classified and corrected, added to,
/// perhaps withdrawn or forgotten.
package enum Message: Decider {
    package static let streamType = "feedback"
    /// Of messages that answer a survey; all else about them is the same.
    package static let responseStreamType = "response"

    package enum Command: Sendable {
        case receive(ReceiveFeedback)
        case submit(SubmitResponse)
        /// By the person who spoke.
        case add(AdditionReceived)
        case withdraw(by: String)
        case categorise(demand: Int16, category: String, method: ClassificationMethod)
        /// By a model; changes nothing that a person said.
        case classify(ClassifyDemand)
        /// By a version of the taxonomy that changed the demand's category.
        case carry(CarryCategory)
        /// By a model that runs beside the one in use: recorded, counted nowhere else.
        case judge(ClassifyDemand)
        /// By the topic finder.
        case link(DemandLinked)
        case setKind(demand: Int16, DemandKind?)
        case setGroups(demand: Int16, [GroupLink])
        case setPlace(demand: Int16, String?)
        /// Into several demands, by parts of its words.
        case divide(DivideDemand)
        /// Takes the division of this demand back.
        case rejoin(demand: Int16)
        /// On its way to an answer.
        case handle(HandleDemand)
        /// Shows parts of a passage to nobody.
        case mask(MaskPassage)
        /// - Parameter scope: `message` or `person`.
        case forget(scope: String)
    }

    package struct State: Sendable, Equatable {
        package struct Demand: Sendable, Equatable {
            package var category = unclassifiedCategory
            /// Nil while nobody classified it.
            package var method: ClassificationMethod?
            package var methodVersion: Int?
            package var confidence: Confidence?
            /// What was said before a version of the taxonomy changed it; nil: none did.
            package var carried: CarriedCategory?
            package var kind: DemandKind?
            /// Nil while nobody said what it asks for.
            package var kindMethod: ClassificationMethod?
            package var kindMethodVersion: Int?
            /// The passage that words it; nil: the message's text.
            package var passage: Int16?
            /// The passage that it was narrowed in; nil: it is not.
            package var narrowedIn: Int16?
            /// The parts of the passage that word it; nil: all of it.
            package var spans: [Span]?
            package var dividedFrom: Int16?
            /// It was one with the demand that it was divided from before, and is so again.
            package var isRejoined = false
            /// What models said that ran beside the one in use; the last word of each.
            package var judgements: [DemandJudged] = []
            /// Where the topic finder placed it.
            package var link: DemandLinked?
            package var groups: [GroupLink]
            package var place: String?
            /// What a reviewer said stands against every amendment.
            package var kindIsReviewed: Bool { kindMethod == .reviewer }
            package var groupsAreReviewed = false
            package var placeIsReviewed = false
            /// Its way to an answer.
            package var handling = Handling()
            /// Counts what people, and processes for them, changed about it: what a reviewer has seen of it.
            package var revision = 0
        }

        package var isReceived = false
        package var isWithdrawn = false
        package var isForgotten = false
        /// In order of the demand's number (from 1).
        package var demands: [Demand] = []
        package var additions = 0
        package var amendments = 0
        /// The highest number of a passage.
        package var lastPassage: Int16 = 0
        /// The parts of passages that are shown to nobody, by the passage's number.
        package var masks: [Int16: [Span]] = [:]
        /// As the sender gave them last; nil before anything came in.
        package var coordinates: MessageCoordinates?
    }

    /// Additions that one message takes.
    package static let maximumAdditions = 50

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        switch command {
        case .receive(let message):
            if state.isReceived, message.onChange == .amend { return try amend(message, state) }
            guard try isNew(state, repeats: message.repeatsStoredRequest) else { return [] }
            guard message.allowedChannels.contains(message.received.coordinates.channel) else {
                throw .unknownChannel(allowed: message.allowedChannels)
            }
            return [.received(message.received), .demandOpened(message.opened)]
                + categorised(1, message.category)
        case .submit(let response):
            guard try isNew(state, repeats: response.repeatsStoredRequest) else { return [] }
            guard response.allowedChannels.contains(response.submitted.coordinates.channel) else {
                throw .unknownChannel(allowed: response.allowedChannels)
            }
            return [.responded(response.submitted)]
                + response.demands.flatMap { [.demandOpened($0.opened)] + categorised($0.opened.demand, $0.category) }
        case .add(let addition):
            try requireOpen(state)
            guard !state.isForgotten else { throw .forgotten }
            guard state.additions < maximumAdditions else { throw .tooManyAdditions }
            return [.added(addition)]
        case .withdraw(let by):
            guard state.isReceived else { throw .unknownMessage }
            guard !state.isWithdrawn else { throw .alreadyWithdrawn }
            return [.withdrawn(MessageWithdrawn(by: by))]
        case .forget(let scope):
            guard state.isReceived else { throw .unknownMessage }
            return state.isForgotten ? [] : [.forgotten(MessageForgotten(scope: scope))]
        case .categorise(let number, let category, let method):
            let present = try demand(number, state)
            guard present.category != category || present.method != method else { return [] }
            return [.demandCategorised(DemandCategorised(demand: number, category: category, method: method))]
        case .classify(let classification): return try classify(classification, state)
        case .carry(let word): return try carry(word, state)
        case .judge(let judgement): return try judge(judgement, state)
        case .link(let link): return try self.link(link, state)
        case .divide(let division): return try divide(division, state)
        case .rejoin(let number): return try rejoin(number, state)
        case .handle(let command): return try handle(command, state)
        case .mask(let command): return try mask(command, state)
        case .setKind(let number, let kind):
            let present = try demand(number, state)
            guard present.kind != kind || (kind != nil && !present.kindIsReviewed) else { return [] }
            return [.demandKindSet(DemandKindSet(demand: number, kind: kind, method: .reviewer))]
        case .setGroups(let number, let groups):
            let present = try demand(number, state)
            guard present.groups != groups || (!groups.isEmpty && !present.groupsAreReviewed) else { return [] }
            return [.demandGroupsSet(DemandGroupsSet(demand: number, groups: groups, method: .reviewer))]
        case .setPlace(let number, let place):
            let present = try demand(number, state)
            guard present.place != place || (place != nil && !present.placeIsReviewed) else { return [] }
            return [.demandPlaceSet(DemandPlaceSet(demand: number, place: place, method: .reviewer))]
        }
    }

    private static func isNew(_ state: State, repeats: Bool) throws(MessageRejection) -> Bool {
        guard state.isReceived else { return true }
        guard repeats else { throw .contentChanged }
        return false
    }

    private static func categorised(_ demand: Int16, _ category: GivenCategory?) -> [MessageEvent] {
        guard let category else { return [] }
        return [
            .demandCategorised(
                DemandCategorised(
                    demand: demand,
                    category: category.code,
                    method: category.method,
                    methodVersion: category.methodVersion
                )
            )
        ]
    }

    static func requireOpen(_ state: State) throws(MessageRejection) {
        guard state.isReceived else { throw .unknownMessage }
        guard !state.isWithdrawn else { throw .withdrawn }
    }

    static func demand(_ number: Int16, _ state: State) throws(MessageRejection) -> State.Demand {
        try requireOpen(state)
        guard number >= 1, Int(number) <= state.demands.count else { throw .unknownDemand(number) }
        let demand = state.demands[Int(number) - 1]
        guard !demand.isRejoined else { throw .rejoined(number) }
        return demand
    }

    package static func evolve(_ state: inout State, _ event: MessageEvent) {
        switch event {
        case .received(let received):
            open(&state, received.coordinates)
            state.lastPassage = max(received.text.number, received.subject?.number ?? 0)
        case .responded(let response):
            open(&state, response.coordinates)
            for case .text(let passage) in response.answers.map(\.value) {
                state.lastPassage = max(state.lastPassage, passage.number)
            }
        case .amended(let amended): Message.amend(&state, amended)
        case .added(let addition):
            state.additions += 1
            state.lastPassage = max(state.lastPassage, addition.text.number)
        case .demandOpened(let opened):
            state.demands.append(
                State.Demand(
                    kind: opened.kind,
                    kindMethod: opened.kind == nil ? nil : .given,
                    passage: opened.passage,
                    spans: opened.spans,
                    dividedFrom: opened.dividedFrom,
                    groups: state.coordinates?.groups ?? [],
                    place: state.coordinates?.place,
                    handling: Handling(opened)
                )
            )
        case .demandCategorised(let event):
            change(event.demand, &state) { demand in
                demand.category = event.category
                demand.method = event.method
                demand.methodVersion = event.methodVersion
                demand.confidence = event.confidence
                demand.carried = event.carried
            }
        case .demandKindSet(let event):
            change(event.demand, &state) { demand in
                demand.kind = event.kind
                demand.kindMethod = event.method
                demand.kindMethodVersion = event.methodVersion
            }
        case .demandJudged(let event):
            change(event.demand, &state, revises: false) { demand in
                demand.judgements.removeAll { $0.model == event.model }
                demand.judgements.append(event)
            }
        case .demandLinked(let event): change(event.demand, &state, revises: false) { $0.link = event }
        case .demandGroupsSet(let event):
            change(event.demand, &state) { demand in
                demand.groups = event.groups
                demand.groupsAreReviewed = event.method == .reviewer
            }
        case .demandPlaceSet(let event):
            change(event.demand, &state) { demand in
                demand.place = event.place
                demand.placeIsReviewed = event.method == .reviewer
            }
        case .demandNarrowed(let event):
            change(event.demand, &state) { demand in
                demand.narrowedIn = event.passage
                demand.spans = event.spans
            }
        case .demandRejoined(let event): change(event.demand, &state) { $0.isRejoined = true }
        case .handled(let event): evolve(&state, event)
        case .withdrawn: state.isWithdrawn = true
        case .forgotten: state.isForgotten = true
        }
    }

    private static func open(_ state: inout State, _ coordinates: MessageCoordinates) {
        state.isReceived = true
        state.coordinates = coordinates
    }

    static func change(
        _ number: Int16,
        _ state: inout State,
        revises: Bool = true,
        _ change: (inout State.Demand) -> Void
    ) {
        guard number >= 1, Int(number) <= state.demands.count else { return }
        change(&state.demands[Int(number) - 1])
        if revises { state.demands[Int(number) - 1].revision += 1 }
    }
}

/// A category that comes with a message.
package struct GivenCategory: Sendable, Equatable {
    package var code: String
    /// `given` by the collector, or found by `keywords`.
    package var method: ClassificationMethod
    package var methodVersion: Int?

    package init(code: String, method: ClassificationMethod = .given, methodVersion: Int? = nil) {
        self.code = code
        self.method = method
        self.methodVersion = methodVersion
    }
}

/// The wish to have a message recorded; everything that the decision needs comes with it.
package struct ReceiveFeedback: Sendable {
    package var received: FeedbackReceived
    package var kind: DemandKind?
    /// Nil leaves the demand unclassified.
    package var category: GivenCategory?
    /// The tenant's list.
    package var allowedChannels: [String]
    /// Whether the request's keyed hash equals the one stored with this stream; meaningless for a new stream.
    package var repeatsStoredRequest: Bool
    package var onChange: OnChange
    /// The organization that it speaks against. Whoever makes the command leaves out of the coordinates that the message
    /// is addressed to that, or to one below it.
    package var against: String?
    package var isUrgent: Bool
    /// Who may hear what speaks against whom, when an amendment says so.
    package var organizations: OrganizationTree

    var opened: DemandOpened {
        DemandOpened(
            demand: 1,
            kind: kind,
            against: against,
            isUrgent: isUrgent
        )
    }

    package init(
        received: FeedbackReceived,
        kind: DemandKind?,
        category: GivenCategory?,
        allowedChannels: [String],
        repeatsStoredRequest: Bool,
        onChange: OnChange = .refuse,
        against: String? = nil,
        isUrgent: Bool = false,
        organizations: OrganizationTree = OrganizationTree(Registry())
    ) {
        self.organizations = organizations
        self.against = against
        self.isUrgent = isUrgent
        self.received = received
        self.kind = kind
        self.category = category
        self.allowedChannels = allowedChannels
        self.repeatsStoredRequest = repeatsStoredRequest
        self.onChange = onChange
    }
}

/// The wish to have a response recorded, checked against its open survey before.
package struct SubmitResponse: Sendable {
    /// A want that a free-text answer voices.
    package struct Demand: Sendable {
        package var opened: DemandOpened
        package var category: GivenCategory?

        package init(opened: DemandOpened, category: GivenCategory?) {
            self.opened = opened
            self.category = category
        }
    }

    package var submitted: ResponseSubmitted
    /// Numbered from 1.
    package var demands: [Demand]
    /// As in `ReceiveFeedback`, both.
    package var allowedChannels: [String]
    package var repeatsStoredRequest: Bool

    package init(
        submitted: ResponseSubmitted,
        demands: [Demand],
        allowedChannels: [String],
        repeatsStoredRequest: Bool
    ) {
        self.submitted = submitted
        self.demands = demands
        self.allowedChannels = allowedChannels
        self.repeatsStoredRequest = repeatsStoredRequest
    }
}

/// What the domain refuses about a message.
package enum MessageRejection: Rejection, Equatable {
    case contentChanged
    case unknownChannel(allowed: [String])
    case unknownMessage
    case unknownDemand(Int16)
    /// The demand was divided from another one, and is one with it again.
    case rejoined(Int16)
    case division(DivisionMistake)
    case handling(HandlingRejection)
    case alreadyWithdrawn
    case withdrawn
    case forgotten
    case tooManyAdditions
    case tooManyAmendments

    package var code: String {
        switch self {
        case .contentChanged: "content-changed"
        case .unknownChannel: "unknown-channel"
        case .unknownMessage: "unknown-message"
        case .unknownDemand: "unknown-demand"
        case .rejoined: "rejoined"
        case .division(let mistake): mistake.code
        case .handling(let rejection): rejection.code
        case .alreadyWithdrawn: "already-withdrawn"
        case .withdrawn: "withdrawn"
        case .forgotten: "forgotten"
        case .tooManyAdditions: "too-many-additions"
        case .tooManyAmendments: "too-many-amendments"
        }
    }

    package var detail: String {
        switch self {
        case .contentChanged:
            "a message with this source and externalId (or this Idempotency-Key) is stored already, with other content; "
                + "the stored one was not changed"
        case .unknownChannel(let allowed): "channel must be one of: \(allowed.joined(separator: ", "))"
        case .unknownMessage: "there is no such message"
        case .unknownDemand(let demand): "the message has no demand \(demand)"
        case .rejoined(let demand):
            "demand \(demand) is one again with the demand that it was divided from; nothing was changed"
        case .division(let mistake): mistake.detail
        case .handling(let rejection): rejection.detail
        case .alreadyWithdrawn: "the message was withdrawn before; nothing was changed"
        case .withdrawn: "the message was withdrawn; nothing about it can be changed any more"
        case .forgotten: "the words of this message were forgotten; nothing can be added to them"
        case .tooManyAdditions:
            "this message has \(Message.maximumAdditions) additions already; send a new message instead"
        case .tooManyAmendments:
            "this message was amended \(Message.maximumAmendments) times already; send a new message instead"
        }
    }

    package var isStateConflict: Bool {
        switch self {
        case .unknownChannel, .unknownDemand, .unknownMessage: false
        case .division(let mistake): mistake.isStateConflict
        case .handling(let rejection): rejection.isStateConflict
        case .rejoined, .contentChanged, .alreadyWithdrawn, .withdrawn, .forgotten, .tooManyAdditions,
            .tooManyAmendments:
            true
        }
    }
}
