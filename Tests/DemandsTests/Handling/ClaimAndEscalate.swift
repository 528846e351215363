import Demands
import EventSourcing
import Testing

@Suite struct ClaimADemand {
    private static let claimed = HandlingEvent.claimed(DemandClaimed(demand: 1, by: "key:a"))

    @Test func namesTheReviewerWhoIssuesIt() throws {
        #expect(
            try Handled.decide(.claim, Handled.state(), actor: "key:b")
                == [.claimed(DemandClaimed(demand: 1, by: "key:b"))]
        )
    }

    @Test func isOneReviewersAtATime() throws {
        let state = Handled.state([Self.claimed])
        #expect(try Handled.decide(.claim, state, actor: "key:a") == [])
        #expect(Handled.refusal(.claim, state, actor: "key:b") == .claimed)
    }

    @Test func isGivenBack() throws {
        #expect(try Handled.decide(.unclaim, Handled.state([Self.claimed])) == [.unclaimed(demand: 1)])
        let free = Handled.state([Self.claimed, .unclaimed(demand: 1)])
        #expect(Handled.refusal(.claim, free, actor: "key:b") == nil)
    }

    /// Who had it in hand worked for whom it was given to.
    @Test func endsWhenSomebodyElseIsResponsible() throws {
        let taken = [Handled.routed("lamps"), Self.claimed]
        func claimedBy(_ events: [HandlingEvent]) -> String? {
            Handled.state(taken + events).demands[0].handling.claimedBy
        }
        #expect(claimedBy([Handled.routed("lamps", steward: "union", .reviewer)]) == "key:a")
        #expect(claimedBy([Handled.routed("schools", .reviewer)]) == nil)
        let away = try Handled.decide(.speakAgainst("works", Handled.tree), Handled.state(taken))
        #expect(claimedBy(away) == nil)
        #expect(claimedBy([.againstSet(DemandAgainstSet(demand: 1, organization: "schools"))]) == "key:a")
    }
}

@Suite struct EscalateADemand {
    private static func escalate(_ cause: DemandEscalated.Cause) -> HandleDemand.Action {
        .escalate(because: cause, Handled.tree)
    }

    private static func escalated(
        _ to: String,
        _ cause: DemandEscalated.Cause = .overdue
    ) -> HandlingEvent {
        .escalated(DemandEscalated(demand: 1, to: to, because: cause))
    }

    @Test(arguments: DemandEscalated.Cause.allCases)
    func goesToWhoeverStandsAbove(_ cause: DemandEscalated.Cause) throws {
        let state = Handled.state([Handled.routed("lamps")])
        #expect(try Handled.decide(Self.escalate(cause), state) == [Self.escalated("works", cause)])
        #expect(
            Handled.state([Handled.routed("lamps"), Self.escalated("works")]).demands[0].handling.route?.responsible
                == "lamps"
        )
    }

    @Test func beingLateEscalatesOnceAReviewerFurther() throws {
        let state = Handled.state([Handled.routed("lamps"), Self.escalated("works")])
        #expect(try Handled.decide(Self.escalate(.overdue), state) == [])
        #expect(try Handled.decide(Self.escalate(.reviewer), state) == [Self.escalated("city", .reviewer)])
    }

    @Test func passesByWhomItSpeaksAgainst() throws {
        let state = Handled.state([Handled.routed("lamps")], opened: DemandOpened(demand: 1, against: "works"))
        #expect(try Handled.decide(Self.escalate(.reviewer), state) == [Self.escalated("city", .reviewer)])
    }

    @Test func needsSomebodyAbove() throws {
        let top = Handled.state([Handled.routed("city")])
        #expect(try Handled.decide(Self.escalate(.overdue), top) == [])
        #expect(Handled.refusal(Self.escalate(.reviewer), top) == .nobodyAbove("city"))
    }

    @Test func needsSomebodyResponsible() throws {
        for state in [Handled.state(), Handled.state([Handled.routed(nil)])] {
            #expect(try Handled.decide(Self.escalate(.overdue), state) == [])
            #expect(Handled.refusal(Self.escalate(.reviewer), state) == .notRouted)
        }
    }

    /// They saw it since they stand above somebody who is responsible no longer.
    @Test func endsWhenSomebodyElseIsResponsible() {
        let late = [Handled.routed("lamps"), Self.escalated("works")]
        func escalatedTo(_ event: HandlingEvent) -> String? {
            Handled.state(late + [event]).demands[0].handling.escalatedTo
        }
        #expect(escalatedTo(Handled.routed("lamps", .reviewer, due: Handled.now)) == "works")
        #expect(escalatedTo(Handled.routed("works", .reviewer)) == nil)
        #expect(escalatedTo(Handled.routed("schools", .reviewer)) == nil)
        let declined = RoutingDeclined(demand: 1, by: "lamps", reason: Handled.words, to: "works")
        #expect(escalatedTo(.routingDeclined(declined)) == nil)
    }

    @Test func whoItSpeaksAgainstSeesItNoLonger() throws {
        let late = [Handled.routed("lamps"), Self.escalated("works")]
        let events = try Handled.decide(.speakAgainst("works", Handled.tree), Handled.state(late))
        let handling = Handled.state(late + events).demands[0].handling
        #expect(handling.route?.responsible == "city")
        #expect(handling.escalatedTo == nil)
    }
}

@Suite struct SetUrgency {
    @Test func saysByWhenAnAnswerIsDueFromNowOn() throws {
        let occurredAt = Handled.time("2020-03-01T08:00:00Z")
        let events = try Handled.decide(.setUrgent(true, hours: 12), Handled.state(occurredAt: occurredAt))
        let due = Handled.time("2020-03-01T20:00:00Z")
        #expect(events == [.urgencySet(DemandUrgencySet(demand: 1, isUrgent: true, due: due))])
        #expect(Handled.state(events).demands[0].handling.isUrgent)
    }

    @Test func withoutHoursWhatWasDueStays() throws {
        let state = Handled.state([Handled.routed("works", due: Handled.now)])
        #expect(
            try Handled.decide(.setUrgent(true, hours: nil), state)
                == [.urgencySet(DemandUrgencySet(demand: 1, isUrgent: true, due: Handled.now))]
        )
    }

    /// A reviewer who says what the sender said settles it against the rules.
    @Test func isSettledOnce() throws {
        let state = Handled.state(opened: DemandOpened(demand: 1, isUrgent: true))
        let events = try Handled.decide(.setUrgent(true, hours: nil), state)
        #expect(events == [.urgencySet(DemandUrgencySet(demand: 1, isUrgent: true, due: nil))])
        #expect(try Handled.decide(.setUrgent(true, hours: nil), Handled.state(events)) == [])
    }
}
