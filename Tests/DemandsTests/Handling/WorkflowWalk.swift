import Demands
import EventSourcing
import Foundation
import TestSupport

/// Commands that many actors issue over many demands, at random, and what came of them.
struct WorkflowWalk {
    struct Step {
        var command: String
        var from: String
        var to: String
    }

    typealias Decide = @Sendable (Message.Command, Message.State) throws(MessageRejection) -> [MessageEvent]

    let seed: UInt64
    private(set) var steps: [Step] = []
    /// Where the domain and the model differ.
    private(set) var differences: [String] = []
    /// Promises that the domain broke.
    private(set) var broken: [String] = []
    /// How often each outcome came, by what was wished.
    private(set) var outcomes: [String: Int] = [:]
    /// Demands that were routed by the step that took them up.
    private(set) var routedFirst = 0

    private let decide: Decide
    private var random: SeededRandom
    private var messages: [(id: UUID, state: Message.State)] = []
    private var models: [[WorkflowModel]] = []
    private var promises: [[WorkflowPromises]] = []

    /// Two demands a message; those of the first half speak against somebody now and then.
    ///
    /// - Parameter findings: with which the walk ends.
    init(
        seed: UInt64,
        messages count: Int = 100,
        commands: Int = 40_000,
        findings: Int = 5,
        decide: @escaping Decide = Message.decide
    ) {
        self.seed = seed
        self.decide = decide
        random = SeededRandom(seed: seed)
        for _ in 0..<count { open() }
        for _ in 0..<commands where differences.count + broken.count < findings { step() }
    }

    private static let organizations = ["city", "works", "lamps", "schools", "union"]

    private mutating func open() {
        let number = UInt64(messages.count)
        let id = UUID(uuidString: "00000000-0000-4000-8000-\(String(format: "%012llx", number))") ?? UUID()
        var events: [MessageEvent] = [
            .received(
                FeedbackReceived(
                    coordinates: MessageCoordinates(channel: "web"),
                    text: PassageLink(number: 1, commitment: "ab")
                )
            )
        ]
        models.append([])
        for demand in [Int16(1), 2] {
            let against = random.chance(20) ? organization() : nil
            events.append(.demandOpened(DemandOpened(demand: demand, against: against)))
            models[models.count - 1].append(
                WorkflowModel(id: DemandID(message: id, number: demand).description, against: against)
            )
        }
        messages.append((id, Message.state(after: events)))
        promises.append([WorkflowPromises(), WorkflowPromises()])
    }

    private mutating func step() {
        let message = Int.random(in: 0..<messages.count, using: &random)
        let demand = Int.random(in: 0..<2, using: &random)
        let (wish, actor) = wish()
        let rules = random.chance(50) ? (responsible: organization(), steward: organization()) : nil
        let id = DemandID(message: messages[message].id, number: Int16(demand + 1))
        let before = messages[message].state
        let command = HandleDemand(
            id,
            action(wish, actor, before.lastPassage + 1),
            actor: actor,
            rules: rules.map { Self.table($0.responsible, $0.steward) },
            now: Handled.now,
            receivedAt: Handled.receivedAt
        )
        let outcome: WorkflowModel.Outcome
        var events: [MessageEvent] = []
        do throws(MessageRejection) {
            events = try decide(.handle(command), before)
            outcome = events.isEmpty ? .nothing : .happens
        } catch {
            outcome = .refused(error.code)
        }
        for event in events { Message.evolve(&messages[message].state, event) }
        let handling = messages[message].state.demands[demand].handling
        let place = "seed \(seed), step \(steps.count), \(actor), \(wish)"
        if events.count == 2, case .handled(.routed) = events[0] { routedFirst += 1 }

        let expected = models[message][demand].wish(wish, by: actor, bringing: rules)
        if outcome != expected { differences.append("\(place): \(outcome), the model says \(expected)") }
        let found = WorkflowModel(id: id.description, handling)
        if found != models[message][demand] {
            differences.append("\(place): \(found), the model says \(models[message][demand])")
        }
        if messages[message].state.demands[1 - demand] != before.demands[1 - demand] {
            differences.append("\(place): changed another demand")
        }
        let was = before.demands[demand].handling
        broken += promises[message][demand].broken(by: events, was, handling).map { "\(place): \($0)" }
        steps.append(Step(command: wish.command, from: was.state.rawValue, to: handling.state.rawValue))
        outcomes[Self.name(outcome), default: 0] += 1
    }

    private static func name(_ outcome: WorkflowModel.Outcome) -> String {
        if case .refused(let code) = outcome { code } else { "\(outcome)" }
    }

    // What is drawn

    private mutating func organization() -> String { Self.organizations.randomElement(using: &random) ?? "city" }

    private mutating func wish() -> (WorkflowModel.Wish, actor: String) {
        let organization = organization()
        let steward = random.chance(70) ? organization : self.organization()
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<70: return (reviewersWish(organization, steward), "key:\(organization)")
        case 70..<80: return (random.chance(60) ? .judge(saysNothing: random.chance(10)) : .reopen, "person")
        case 80..<85: return (random.chance(60) ? .judge(saysNothing: random.chance(10)) : .reopen, "collector")
        case 85..<95: return (.rules(organization, steward: steward), "process:router")
        default: return (.escalate(isLate: true), "process:deadlines")
        }
    }

    private mutating func reviewersWish(_ organization: String, _ steward: String) -> WorkflowModel.Wish {
        switch Int.random(in: 0..<22, using: &random) {
        case 0, 1: .claim
        case 2: .unclaim
        case 3, 4: .accept
        case 5, 6: .start
        case 7, 8, 9: .reply(by: random.chance(80) ? organization : nil, isSubstantive: random.chance(50))
        case 10, 11: .close
        case 12: .refuse
        case 13: .duplicate(of: messageWord())
        case 14, 15: .reopen
        case 16: .assign(self.organization(), steward: steward)
        case 17: .decline
        case 18: .against(random.chance(60) ? nil : organization)
        case 19: .urgent(random.chance(50))
        case 20: .escalate(isLate: false)
        default: .read
        }
    }

    /// The id of any demand.
    private mutating func messageWord() -> String {
        let message = messages[Int.random(in: 0..<min(3, messages.count), using: &random)].id
        return DemandID(message: message, number: random.chance(50) ? 1 : 2).description
    }

    /// Rules by which everything is those organizations'.
    private static func table(_ responsible: String, _ steward: String) -> RoutingTable {
        let rule = RoutingRule(pattern: DemandPattern(), responsible: responsible, steward: steward)
        return Handled.table(RoutingRules(routes: [rule]))
    }

    private func action(_ wish: WorkflowModel.Wish, _ actor: String, _ passage: Int16) -> HandleDemand.Action {
        let words = PassageLink(number: passage, commitment: "ab")
        let party: HandlingParty = actor == "person" ? .person : actor == "collector" ? .collector : .reviewer
        switch wish {
        case .accept: return .accept
        case .start: return .start
        case .close: return .close
        case .refuse: return .refuse(by: nil, reason: words)
        case .reopen: return .reopen(by: party, reason: words, hours: nil)
        case .claim: return .claim
        case .unclaim: return .unclaim
        case .read: return .read
        case .reply(let by, let isSubstantive):
            return .reply(GivenReply(organization: by, text: words, isSubstantive: isSubstantive))
        case .duplicate(let of): return .markDuplicate(of: DemandID(of) ?? Handled.demand)
        case .judge(let saysNothing):
            return .judge(GivenJudgement(isSolved: saysNothing ? nil : true, isSatisfied: nil, by: party))
        case .assign(let code, let steward):
            return .assign(responsible: code, steward: steward, hours: nil, reason: nil, Handled.tree)
        case .decline: return .decline(reason: words, Handled.tree)
        case .against(let code): return .speakAgainst(code, Handled.tree)
        case .urgent(let value): return .setUrgent(value, hours: nil)
        case .rules(let code, let steward):
            return .route(Self.table(code, steward))
        case .escalate(let isLate): return .escalate(because: isLate ? .overdue : .reviewer, Handled.tree)
        }
    }
}

extension WorkflowModel {
    /// What the domain holds, in the model's words.
    init(id: String, _ handling: Handling) {
        self.init(id: id, against: handling.against)
        state = handling.state.rawValue
        claimedBy = handling.claimedBy
        responsible = handling.route?.responsible
        steward = handling.route?.steward
        saidBy = handling.route?.method.rawValue
        gaveItBack = handling.declinedBy
        sees = handling.escalatedTo
        replies = handling.replies.count
        isJudged = handling.isJudged
        reopenings = handling.reopenings
        duplicateOf = handling.duplicateOf?.description
        isUrgent = handling.urgencyIsReviewed ? handling.isUrgent : nil
    }
}
