import Demands
import EventSourcing
import Testing

@Suite struct RouteByRules {
    private static func route(
        _ table: RoutingTable,
        _ state: Message.State = Handled.state()
    ) throws(MessageRejection) -> [HandlingEvent] {
        try Handled.decide(.route(table), state)
    }

    private static func rules(
        _ responsible: String,
        steward: String?
    ) -> RoutingTable {
        Handled.table(
            RoutingRules(routes: [
                RoutingRule(pattern: DemandPattern(), responsible: responsible, steward: steward)
            ])
        )
    }

    @Test func saysWhoIsResponsibleWhoStandsForItAndByWhen() throws {
        #expect(
            try Self.route(Handled.rules("works", version: 7, hours: 24))
                == [Handled.routed("works", version: 7, due: Handled.time("2020-03-03T08:00:00Z"))]
        )
        #expect(
            try Self.route(Self.rules("works", steward: "union"))
                == [Handled.routed("works", steward: "union", version: 1)]
        )
    }

    @Test func anAnswerIsDueFromWhenItOccurredElseFromWhenItCameIn() throws {
        let occurred = Handled.state(occurredAt: Handled.time("2020-02-28T23:30:00Z"))
        // 2020 is a leap year.
        #expect(
            try Self.route(Handled.rules("works", hours: 24), occurred)
                == [Handled.routed("works", version: 1, due: Handled.time("2020-02-29T23:30:00Z"))]
        )
        #expect(
            try Self.route(Handled.rules("works", hours: 1))
                == [Handled.routed("works", version: 1, due: Handled.time("2020-03-02T09:00:00Z"))]
        )
    }

    @Test func withoutARuleItWaitsInTheInbox() throws {
        let none = Handled.table(RoutingRules(routes: []))
        #expect(try Self.route(none) == [Handled.routed(nil, version: 1)])
        let inbox = Handled.state([Handled.routed(nil, version: 1)])
        #expect(try Self.route(none, inbox) == [])
        #expect(try Self.route(Handled.rules("works", version: 2), inbox) == [Handled.routed("works", version: 2)])
    }

    @Test func anotherVersionThatSaysTheSameIsNoEvent() throws {
        let due = Handled.time("2020-03-03T08:00:00Z")
        let state = Handled.state([Handled.routed("works", version: 1, due: due)])
        #expect(try Self.route(Handled.rules("works", version: 2, hours: 24), state) == [])
        #expect(
            try Self.route(Handled.rules("schools", version: 2, hours: 24), state)
                == [Handled.routed("schools", version: 2, due: due)]
        )
        #expect(
            try Self.route(Handled.rules("works", version: 2), state) == [Handled.routed("works", version: 2)]
        )
        #expect(
            try Self.route(Handled.rules("works", version: 2, isUrgent: true, hours: 24), state)
                == [Handled.routed("works", version: 2, due: due, isUrgent: true)]
        )
    }

    /// Whoever stands above gets it; nobody, where none may.
    @Test(arguments: [
        ("lamps", "lamps", Optional("works")), ("works", "lamps", "city"), ("works", "works", "city"),
        ("lamps", "works", "works"), ("city", "lamps", nil), ("union", "works", "works"), ("works", "nobody", nil),
    ])
    func whoItSpeaksAgainstAndAllBelowDoNotGetIt(_ against: String, _ ruled: String, _ gets: String?) throws {
        let state = Handled.state(opened: DemandOpened(demand: 1, against: against))
        #expect(try Self.route(Handled.rules(ruled), state) == [Handled.routed(gets, version: 1)])
    }

    @Test func neitherIsTheStewardWhomItSpeaksAgainst() throws {
        let state = Handled.state(opened: DemandOpened(demand: 1, against: "works"))
        #expect(
            try Self.route(Self.rules("union", steward: "lamps"), state)
                == [Handled.routed("union", steward: "city", version: 1)]
        )
    }

    /// A reviewer's word, a "not ours", a claim, a step: rules change nothing after.
    @Test func neverOverridesWhatSomebodySaidOrTookUp() throws {
        let declined = HandlingEvent.routingDeclined(
            RoutingDeclined(demand: 1, by: "works", reason: Handled.words, to: "city")
        )
        let claimed = HandlingEvent.claimed(DemandClaimed(demand: 1, by: "key:a"))
        let routed = Handled.routed("works", version: 1)
        for events in [
            [Handled.routed("works", .reviewer)], [routed, declined], [routed, claimed], [claimed],
            [.accepted(demand: 1)], [Handled.answered], [Handled.answered, Handled.reopened],
        ] {
            #expect(try Self.route(Handled.rules("schools", version: 2), Handled.state(events)) == [], "\(events)")
        }
        // Given back: nobody has it in hand.
        let free = Handled.state([routed, claimed, .unclaimed(demand: 1)])
        #expect(try Self.route(Handled.rules("schools"), free) == [Handled.routed("schools", version: 1)])
    }

    @Test func isUrgentAsTheSenderOrTheRulesSay() throws {
        let given = Handled.state(opened: DemandOpened(demand: 1, isUrgent: true))
        #expect(try Self.route(Handled.rules("works"), given) == [Handled.routed("works", version: 1, isUrgent: true)])
        // What rules said, other rules take back; what the sender said stays.
        let ruled = Handled.state([Handled.routed("works", version: 1, isUrgent: true)])
        #expect(try Self.route(Handled.rules("works", version: 2), ruled) == [Handled.routed("works", version: 2)])
    }

    @Test(arguments: [true, false])
    func aReviewersWordOnUrgencyStays(_ isUrgent: Bool) throws {
        let reviewed = Handled.state(
            [.urgencySet(DemandUrgencySet(demand: 1, isUrgent: isUrgent, due: nil))],
            opened: DemandOpened(demand: 1, isUrgent: !isUrgent)
        )
        #expect(
            try Self.route(Handled.rules("works", isUrgent: !isUrgent), reviewed)
                == [Handled.routed("works", version: 1, isUrgent: isUrgent)]
        )
    }

    @Test func goesByWhatIsKnownOfTheDemandNow() throws {
        let table = Handled.table(
            RoutingRules(routes: [
                RoutingRule(pattern: DemandPattern(category: "schools"), responsible: "schools"),
                RoutingRule(pattern: DemandPattern(kind: .report), responsible: "city"),
                RoutingRule(pattern: DemandPattern(group: "drivers"), responsible: "union"),
                RoutingRule(pattern: DemandPattern(place: "hill"), responsible: "works"),
            ])
        )
        let said: [(event: MessageEvent, gets: String)] = [
            (
                .demandCategorised(DemandCategorised(demand: 1, category: "schools", method: .reviewer)),
                "schools"
            ),
            (.demandKindSet(DemandKindSet(demand: 1, kind: .report, method: .reviewer)), "city"),
            (
                .demandGroupsSet(
                    DemandGroupsSet(demand: 1, groups: [GroupLink(name: "Drivers", ties: [])], method: .reviewer)
                ),
                "union"
            ),
            (.demandPlaceSet(DemandPlaceSet(demand: 1, place: "hill", method: .reviewer)), "works"),
        ]
        for (event, gets) in said {
            #expect(try Self.route(table, Handled.state(further: [event])) == [Handled.routed(gets, version: 1)])
        }
    }
}
