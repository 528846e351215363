import Demands
import EventSourcing
import Testing

/// Whoever takes a demand up before the rules were asked brings them along.
@Suite struct RouteFirst {
    private static let rules = Handled.rules("works", version: 3, isUrgent: true, hours: 24)
    private static let routed = Handled.routed(
        "works",
        version: 3,
        due: Handled.time("2020-03-03T08:00:00Z"),
        isUrgent: true
    )

    private static let steps: [(action: HandleDemand.Action, event: HandlingEvent)] = [
        (.claim, .claimed(DemandClaimed(demand: 1, by: "key:a"))), (.accept, .accepted(demand: 1)),
        (.start, .started(demand: 1)), (Handled.reply, Handled.answered),
        (.refuse(by: nil, reason: Handled.words), Handled.refused),
        (.markDuplicate(of: Handled.other), Handled.duplicate),
    ]

    @Test(arguments: steps.indices)
    func theStepComesBehindWhatTheRulesSay(_ step: Int) throws {
        let (action, event) = Self.steps[step]
        #expect(try Handled.decide(action, Handled.state(), rules: Self.rules) == [Self.routed, event])
        // As when the rules had been faster, and the same afterwards.
        #expect(try Handled.decide(action, Handled.state([Self.routed]), rules: Self.rules) == [event])
        let after = Handled.state([Self.routed, event])
        #expect(after.demands[0].handling.route?.responsible == "works")
        #expect(try Handled.decide(.route(Self.rules), after) == [])
        #expect(try Handled.decide(action, Handled.state()) == [event], "a tenant without rules")
    }

    @Test func whatTakesNothingUpLeavesItToTheProcess() throws {
        for action in [
            Handled.acknowledge, .setUrgent(true, hours: nil), .speakAgainst("city", Handled.tree), .read,
            .assign(responsible: "schools", steward: nil, hours: nil, reason: nil, Handled.tree),
        ] {
            let events = try Handled.decide(action, Handled.state(), rules: Self.rules)
            #expect(events.count == 1 && events.first != Self.routed, "\(action)")
        }
    }

    @Test func whatWasTakenUpWithoutRulesIsNotRoutedAfterwards() throws {
        let claimed = HandlingEvent.claimed(DemandClaimed(demand: 1, by: "key:a"))
        for events in [[claimed], [.accepted(demand: 1)], [Handled.answered, Handled.reopened]] {
            #expect(
                try Handled.decide(Handled.reply, Handled.state(events), rules: Self.rules) == [Handled.answered],
                "\(events)"
            )
        }
        let assigned = Handled.routed("schools", .reviewer)
        #expect(
            try Handled.decide(.accept, Handled.state([assigned]), rules: Self.rules) == [.accepted(demand: 1)]
        )
    }

    @Test func whatIsRefusedRoutesNothing() {
        let state = Handled.state(opened: DemandOpened(demand: 1, against: "works"))
        #expect(throws: MessageRejection.handling(.isAgainst("works"))) {
            try Handled.decide(Handled.reply, state, rules: Self.rules)
        }
        #expect(throws: MessageRejection.handling(.isItself)) {
            try Handled.decide(.markDuplicate(of: Handled.demand), Handled.state(), rules: Self.rules)
        }
    }

    /// It was addressed to the schools, which take the step while nobody is responsible.
    @Test func whoseStepItIsGoesByTheRules() throws {
        let state = Message.state(after: [
            .received(
                FeedbackReceived(
                    coordinates: MessageCoordinates(channel: "web", organization: "schools"),
                    text: PassageLink(number: 1, commitment: "ab")
                )
            ),
            .demandOpened(DemandOpened(demand: 1)),
        ])
        #expect(throws: MessageRejection.handling(.notResponsible("works"))) {
            try Handled.decide(.accept, state, organization: "schools", rules: Self.rules)
        }
        #expect(
            try Handled.decide(.accept, state, organization: "schools", rules: Handled.rules("schools"))
                == [Handled.routed("schools", version: 1), .accepted(demand: 1)]
        )
        let none = Handled.table(RoutingRules(routes: []))
        #expect(
            try Handled.decide(.accept, state, organization: "schools", rules: none)
                == [Handled.routed(nil, version: 1), .accepted(demand: 1)]
        )
    }

    @Test func tellsHowTheStepFindsTheDemand() {
        func found(_ action: HandleDemand.Action, _ state: Message.State, _ number: Int16 = 1) -> String? {
            let command = HandleDemand(
                DemandID(message: Handled.message, number: number),
                action,
                actor: "key:a",
                rules: Self.rules,
                now: Handled.now,
                receivedAt: Handled.receivedAt
            )
            return Message.routedFirst(command, state)?.handling.route?.responsible
        }
        #expect(found(Handled.reply, Handled.state()) == "works")
        #expect(found(Handled.acknowledge, Handled.state()) == nil)
        #expect(found(Handled.reply, Handled.state([Self.routed])) == nil)
        #expect(found(Handled.reply, Handled.state(), 3) == nil && found(Handled.reply, Handled.state(), 0) == nil)
    }
}
