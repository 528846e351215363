import Demands
import EventSourcing
import Foundation
import TestSupport
import Topics

/// What rules, reviewers, organizations and those who spoke do about answers.
extension Town {
    /// The rules are published anew, and some of what is there is routed by them.
    mutating func publishRouting() {
        let rules = RoutingRules(
            routes: (0..<Int.random(in: 1...6, using: &random)).map { _ in
                RoutingRule(
                    pattern: pattern(),
                    responsible: one(of: Words.organizationCodes) ?? "union",
                    steward: random.chance(40) ? one(of: Words.organizationCodes) : nil,
                    isUrgent: random.chance(20)
                )
            },
            deadlines: (0..<Int.random(in: 0...4, using: &random)).map { _ in
                DeadlineRule(
                    pattern: pattern(),
                    isUrgent: random.chance(40),
                    hours: Int.random(in: 1...240, using: &random)
                )
            },
            reportReaders: random.chance(30) ? ["key_laws"] : []
        )
        var state = routing
        run(Routing.self, .publish(rules), &state, .only(Routing.streamType))
        routing = state
        for _ in 0..<5 { route() }
    }

    /// A few things happen to one demand, one after the other.
    mutating func handle() {
        guard let index = messages.indices.randomElement(using: &random),
            let demand = messages[index].state.demands.indices.randomElement(using: &random)
        else { return }
        if random.chance(50) { route(messages[index].id(Int16(demand + 1)), index) }
        for _ in 0..<Int.random(in: 2...8, using: &random) { act(messages[index].id(Int16(demand + 1)), index) }
    }

    /// Parts of a passage are shown to nobody, or are shown again.
    mutating func mask() {
        guard let index = messages.indices.randomElement(using: &random) else { return }
        var message = messages[index]
        let spans = (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
            let from = Int.random(in: 0...18, using: &random)
            return Span(from: from, to: Int.random(in: from + 1...20, using: &random))
        }
        let command = MaskPassage(
            passage: Int16.random(in: 1...max(1, message.state.lastPassage), using: &random),
            spans: spans,
            length: message.state.isForgotten ? nil : 20
        )
        run(Message.self, .mask(command), &message.state, message.stream)
        messages[index] = message
    }

    /// As the process does that follows the rules.
    private mutating func route() {
        guard let index = messages.indices.randomElement(using: &random),
            let demand = messages[index].state.demands.indices.randomElement(using: &random)
        else { return }
        route(messages[index].id(Int16(demand + 1)), index)
    }

    private mutating func route(_ demand: DemandID, _ index: Int) {
        guard let routing else { return }
        let table = RoutingTable(
            routing,
            taxonomy: taxonomy.current,
            organizations: OrganizationTree(organizations),
            groups: groups,
            places: places
        )
        act(demand, index, .route(table))
    }

    private mutating func act(_ demand: DemandID, _ index: Int) {
        let tree = OrganizationTree(organizations)
        let organization = one(of: organizations.entries.map(\.code))
        let reason = PassageLink(number: messages[index].state.lastPassage + 1, commitment: "02")
        let hours = one(of: [24, 72, nil]) ?? nil
        let action: HandleDemand.Action
        switch Int.random(in: 0..<26, using: &random) {
        case 0, 1:
            action = .assign(
                responsible: organization ?? "union",
                steward: random.chance(30) ? one(of: Words.organizationCodes) : nil,
                hours: hours,
                reason: random.chance(50) ? reason : nil,
                tree
            )
        case 2, 3: action = .decline(reason: reason, tree)
        case 4: action = .speakAgainst(random.chance(30) ? nil : organization, tree)
        case 5: action = .setUrgent(random.chance(60), hours: hours)
        case 6, 7: action = .claim
        case 8: action = .unclaim
        case 9: action = .accept
        case 10: action = .start
        case 11, 12, 13: action = .reply(reply(reason, by: organization, index))
        case 14, 15: action = .close
        case 16: action = .refuse(by: random.chance(50) ? organization : nil, reason: reason)
        case 17:
            let other = one(of: openings).map { DemandID(message: $0.message.id, number: $0.demand) }
            action = .markDuplicate(of: other ?? demand)
        case 18, 19, 20:
            action = .reopen(by: party(), reason: random.chance(60) ? reason : nil, hours: hours)
        case 21: action = .escalate(because: .overdue, tree)
        case 22: action = .escalate(because: .reviewer, tree)
        case 23, 24:
            action = .judge(
                GivenJudgement(
                    isSolved: one(of: [true, false, nil]) ?? nil,
                    isSatisfied: one(of: [true, false, nil]) ?? nil,
                    by: party(),
                    isSynthetic: random.chance(10)
                )
            )
        default: action = .read
        }
        act(demand, index, action)
    }

    private mutating func act(_ demand: DemandID, _ index: Int, _ action: HandleDemand.Action) {
        var message = messages[index]
        let command = HandleDemand(
            demand,
            action,
            actor: one(of: ["key:desk", "key:line"]) ?? "key:desk",
            now: time,
            receivedAt: message.receivedAt
        )
        run(Message.self, .handle(command), &message.state, message.stream)
        messages[index] = message
    }

    private mutating func reply(_ text: PassageLink, by organization: String?, _ index: Int) -> GivenReply {
        let began = messages[index].state.coordinates?.occurredAt ?? messages[index].receivedAt
        let topics = Set(book.links.map(\.topic)).sorted()
        return GivenReply(
            organization: random.chance(70) ? organization : nil,
            text: text,
            isSubstantive: random.chance(70),
            repliedAt: random.chance(30) ? began.adding(hours: Int.random(in: -2...48, using: &random)) : nil,
            topic: random.chance(20) ? one(of: topics)?.description : nil
        )
    }

    private mutating func party() -> HandlingParty { one(of: HandlingParty.allCases) ?? .person }

    private mutating func pattern() -> DemandPattern {
        DemandPattern(
            category: random.chance(50) ? one(of: Words.categories) : nil,
            kind: random.chance(30) ? one(of: DemandKind.allCases) : nil,
            group: random.chance(20) ? random.chance(50) ? one(of: Words.codes) : word() : nil,
            place: random.chance(20) ? random.chance(50) ? one(of: Words.placeCodes) : word() : nil
        )
    }
}

extension Town.Spoken {
    fileprivate func id(_ number: Int16) -> DemandID { DemandID(message: stream.id, number: number) }
}
