import Demands
import EventSourcing
import Testing

/// What the reviewers of one organization may do about a demand, by what they have to do with it.
@Suite struct DoOnlyOnesPart {
    /// A demand addressed to "schools"; without `responsible` nobody is, and "union" stands for it all the same.
    private static func state(_ responsible: String?, escalatedTo: String? = nil, against: String? = nil)
        -> Message.State
    {
        var events: [MessageEvent] = [
            .received(
                FeedbackReceived(
                    coordinates: MessageCoordinates(channel: "web", organization: "schools"),
                    text: PassageLink(number: 1, commitment: "ab")
                )
            ),
            .demandOpened(DemandOpened(demand: 1, against: against)), .demandOpened(DemandOpened(demand: 2)),
            .handled(Handled.routed(responsible, steward: "union")),
        ]
        if let escalatedTo {
            events.append(.handled(.escalated(DemandEscalated(demand: 1, to: escalatedTo, because: .overdue))))
        }
        return Message.state(after: events)
    }

    private static func refusal(
        _ action: HandleDemand.Action,
        _ state: Message.State,
        by organization: String?
    ) -> HandlingRejection? {
        let command = HandleDemand(
            Handled.demand,
            action,
            actor: "key:a",
            organization: organization,
            now: Handled.now,
            receivedAt: Handled.receivedAt
        )
        do throws(MessageRejection) {
            _ = try Message.decide(.handle(command), state)
            return nil
        } catch {
            guard case .handling(let rejection) = error else { return nil }
            return rejection
        }
    }

    private static func assign(_ code: String, steward: String? = nil) -> HandleDemand.Action {
        .assign(responsible: code, steward: steward, hours: nil, reason: nil, Handled.tree)
    }

    /// Steps of whoever has it to answer.
    private static let steps: [HandleDemand.Action] = [
        .claim, .unclaim, .accept, .start, Handled.reply, .refuse(by: nil, reason: Handled.words),
        .markDuplicate(of: Handled.other),
    ]
    /// What whoever it concerns may do.
    private static let following: [HandleDemand.Action] = [
        .setUrgent(true, hours: nil), .speakAgainst("city", Handled.tree), Handled.acknowledge,
        .escalate(because: .reviewer, Handled.tree),
    ]

    @Test func whoIsResponsibleTakesTheSteps() {
        let state = Self.state("works")
        for step in Self.steps + Self.following { #expect(Self.refusal(step, state, by: "works") == nil, "\(step)") }
        #expect(Self.refusal(.decline(reason: Handled.words, Handled.tree), state, by: "works") == nil)
    }

    @Test(arguments: ["union", "schools"])
    func whoeverElseItConcernsFollowsItUp(organization: String) {
        let state = Self.state("works")
        for step in Self.following { #expect(Self.refusal(step, state, by: organization) == nil, "\(step)") }
        let decline = HandleDemand.Action.decline(reason: Handled.words, Handled.tree)
        for step in Self.steps + [decline, .close, Self.assign(organization)] {
            #expect(Self.refusal(step, state, by: organization) == .notResponsible("works"), "\(step)")
        }
    }

    @Test func whoWasShownItTakesTheStepsButDeclinesForNobody() {
        let state = Self.state("lamps", escalatedTo: "works")
        for step in Self.steps { #expect(Self.refusal(step, state, by: "works") == nil, "\(step)") }
        let decline = HandleDemand.Action.decline(reason: Handled.words, Handled.tree)
        #expect(Self.refusal(decline, state, by: "works") == .notResponsible("lamps"))
        #expect(Self.refusal(Self.assign("works"), state, by: "works") == nil)
    }

    @Test(arguments: ["union", "schools"])
    func whatNobodyIsResponsibleForIsTakenUpByWhomItConcerns(organization: String) {
        let state = Self.state(nil)
        for step in Self.steps { #expect(Self.refusal(step, state, by: organization) == nil, "\(step)") }
        #expect(Self.refusal(.claim, state, by: "works") == .notResponsible(nil))
        #expect(Self.refusal(Self.assign(organization), state, by: organization) == nil)
        #expect(Self.refusal(Self.assign("works"), state, by: organization) == .onlyWithin(organization))
    }

    @Test func isHandedOnWithinAndKeepsWhoStandsForIt() throws {
        let state = Self.state("works")
        #expect(Self.refusal(Self.assign("schools"), state, by: "works") == .onlyWithin("works"))
        #expect(Self.refusal(Self.assign("lamps", steward: "works"), state, by: "works") == .onlyWithin("works"))
        let command = HandleDemand(
            Handled.demand,
            Self.assign("lamps"),
            actor: "key:a",
            organization: "works",
            now: Handled.now,
            receivedAt: Handled.receivedAt
        )
        #expect(
            try Message.decide(.handle(command), state) == [
                .handled(Handled.routed("lamps", steward: "union", .reviewer))
            ]
        )
    }

    @Test func onlyTheWholeTenantTakesBackWhomItSpeaksAgainst() {
        let state = Self.state("city", against: "works")
        for code in [nil, "schools"] as [String?] {
            let step = HandleDemand.Action.speakAgainst(code, Handled.tree)
            #expect(Self.refusal(step, state, by: "city") == .onlyTenant)
            #expect(Self.refusal(step, state, by: nil) == nil)
        }
    }

    @Test func theWholeTenantDoesEverything() {
        let state = Self.state("works")
        let decline = HandleDemand.Action.decline(reason: Handled.words, Handled.tree)
        for step in Self.steps + Self.following + [decline, Self.assign("schools", steward: "schools")] {
            #expect(Self.refusal(step, state, by: nil) == nil, "\(step)")
        }
    }

    @Test func concernsNobodyWhomItSpeaksAgainst() {
        let handling = Self.state("works", escalatedTo: "city", against: "works").demands[0].handling
        func concerns(_ code: String) -> Bool { handling.concerns(code, addressed: "schools", Handled.tree) }
        #expect(["city", "union", "schools"].allSatisfy(concerns))
        #expect(!concerns("works") && !concerns("lamps"))
        let other = Self.state("works").demands[0].handling
        #expect(!other.concerns("lamps", addressed: nil, Handled.tree), "below whoever is responsible is not it")
    }
}
