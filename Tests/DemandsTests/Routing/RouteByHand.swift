import Demands
import EventSourcing
import Testing

@Suite struct AssignADemand {
    private static func assign(
        _ responsible: String,
        steward: String? = nil,
        hours: Int? = nil,
        reason: PassageLink? = nil
    ) -> HandleDemand.Action {
        .assign(responsible: responsible, steward: steward, hours: hours, reason: reason, Handled.tree)
    }

    @Test func saysWhoWhyAndByWhen() throws {
        #expect(
            try Handled.decide(
                Self.assign("works", steward: "union", hours: 24, reason: Handled.words),
                Handled.state()
            )
                == [
                    Handled.routed(
                        "works",
                        steward: "union",
                        .reviewer,
                        due: Handled.time("2020-03-03T08:00:00Z"),
                        reason: Handled.words
                    )
                ]
        )
    }

    @Test func whatWasDueAndUrgentStays() throws {
        let state = Handled.state([Handled.routed("works", version: 1, due: Handled.now, isUrgent: true)])
        #expect(
            try Handled.decide(Self.assign("schools"), state)
                == [Handled.routed("schools", .reviewer, due: Handled.now, isUrgent: true)]
        )
    }

    /// What rules said becomes a reviewer's word when a reviewer says it too.
    @Test func theSameAgainIsNothing() throws {
        let byRules = Handled.state([Handled.routed("works", version: 1)])
        let events = try Handled.decide(Self.assign("works"), byRules)
        #expect(events == [Handled.routed("works", .reviewer)])
        #expect(try Handled.decide(Self.assign("works"), Handled.state(events)) == [])
    }

    @Test func mayGoBackToWhoeverGaveItBack() throws {
        let declined = HandlingEvent.routingDeclined(
            RoutingDeclined(demand: 1, by: "works", reason: Handled.words, to: "city")
        )
        let state = Handled.state([Handled.routed("works", version: 1), declined])
        #expect(try Handled.decide(Self.assign("works"), state) == [Handled.routed("works", .reviewer)])
    }

    @Test func refusesWhomItSpeaksAgainstAllBelowAndTheUnknown() {
        let state = Handled.state(opened: DemandOpened(demand: 1, against: "works"))
        #expect(Handled.refusal(Self.assign("works"), state) == .isAgainst("works"))
        #expect(Handled.refusal(Self.assign("lamps"), state) == .isAgainst("lamps"))
        #expect(Handled.refusal(Self.assign("city", steward: "lamps"), state) == .isAgainst("lamps"))
        #expect(Handled.refusal(Self.assign("city", steward: "union"), state) == nil)
        #expect(Handled.refusal(Self.assign("nobody"), state) == .unknownOrganization("nobody"))
        #expect(Handled.refusal(Self.assign("city", steward: "nobody"), state) == .unknownOrganization("nobody"))
    }
}

@Suite struct DeclineADemand {
    private static let decline = HandleDemand.Action.decline(reason: Handled.words, Handled.tree)

    private static func declined(_ by: String, to: String?) -> HandlingEvent {
        .routingDeclined(RoutingDeclined(demand: 1, by: by, reason: Handled.words, to: to))
    }

    @Test func goesToWhoeverStandsAbove() throws {
        let state = Handled.state([Handled.routed("lamps", steward: "union", version: 1)])
        let events = try Handled.decide(Self.decline, state)
        #expect(events == [Self.declined("lamps", to: "works")])
        let after = Handled.state([Handled.routed("lamps", steward: "union", version: 1)] + events)
        #expect(
            after.demands[0].handling.route
                == DemandRoute(responsible: "works", steward: "union", method: .declined)
        )
    }

    @Test func onlyWhoeverIsResponsibleCanGiveItBack() {
        #expect(Handled.refusal(Self.decline, Handled.state()) == .notRouted)
        #expect(Handled.refusal(Self.decline, Handled.state([Handled.routed(nil)])) == .notRouted)
    }

    /// Up step by step, into the inbox at last.
    @Test func neverGoesToWhoeverGaveItBackBefore() throws {
        var events = [Handled.routed("lamps", version: 1)]
        for to in ["works", "city", nil] as [String?] {
            let next = try Handled.decide(Self.decline, Handled.state(events))
            guard case .routingDeclined(let declined)? = next.first else { return #expect(Bool(false)) }
            #expect(declined.to == to)
            events += next
        }
        #expect(Handled.refusal(Self.decline, Handled.state(events)) == .notRouted)
        #expect(Handled.state(events).demands[0].handling.declinedBy == ["lamps", "works", "city"])
        // Sent down again by a reviewer, it goes past all of them.
        events.append(Handled.routed("lamps", .reviewer))
        #expect(try Handled.decide(Self.decline, Handled.state(events)) == [Self.declined("lamps", to: nil)])
    }

    @Test func passesByWhomItSpeaksAgainst() throws {
        let state = Handled.state([Handled.routed("lamps")], opened: DemandOpened(demand: 1, against: "works"))
        #expect(try Handled.decide(Self.decline, state) == [Self.declined("lamps", to: "city")])
    }

    @Test func endsTheClaim() {
        let claimed = HandlingEvent.claimed(DemandClaimed(demand: 1, by: "key:a"))
        let state = Handled.state([Handled.routed("lamps"), claimed, Self.declined("lamps", to: "works")])
        #expect(state.demands[0].handling.claimedBy == nil)
    }
}

@Suite struct SpeakAgainstSomebody {
    private static func speak(_ organization: String?) -> HandleDemand.Action {
        .speakAgainst(organization, Handled.tree)
    }

    private static func set(_ organization: String?) -> HandlingEvent {
        .againstSet(DemandAgainstSet(demand: 1, organization: organization))
    }

    @Test func whoeverHasItHasItNoLonger() throws {
        let state = Handled.state([Handled.routed("lamps", steward: "works", version: 3, due: Handled.now)])
        #expect(
            try Handled.decide(Self.speak("works"), state)
                == [Self.set("works"), Handled.routed("city", version: 3, due: Handled.now)]
        )
        #expect(
            try Handled.decide(Self.speak("city"), state)
                == [Self.set("city"), Handled.routed(nil, version: 3, due: Handled.now)]
        )
    }

    @Test func whoeverElseHasItKeepsIt() throws {
        let state = Handled.state([Handled.routed("schools", version: 1)])
        #expect(try Handled.decide(Self.speak("works"), state) == [Self.set("works")])
        #expect(try Handled.decide(Self.speak("works"), Handled.state()) == [Self.set("works")])
    }

    @Test func theStewardAloneMoves() throws {
        let state = Handled.state([Handled.routed("union", steward: "lamps", .reviewer)])
        #expect(
            try Handled.decide(Self.speak("lamps"), state)
                == [Self.set("lamps"), Handled.routed("union", steward: "works", .reviewer)]
        )
    }

    @Test func whoeverGaveItBackAndHasItAgainKeepsIt() throws {
        let declined = RoutingDeclined(demand: 1, by: "lamps", reason: Handled.words, to: "works")
        let state = Handled.state([.routingDeclined(declined), Handled.routed("lamps", .reviewer)])
        #expect(try Handled.decide(Self.speak("schools"), state) == [Self.set("schools")])
    }

    @Test func theSameAgainIsNothingAndItIsTakenBack() throws {
        let state = Handled.state(opened: DemandOpened(demand: 1, against: "works"))
        #expect(try Handled.decide(Self.speak("works"), state) == [])
        #expect(try Handled.decide(Self.speak(nil), state) == [Self.set(nil)])
        #expect(try Handled.decide(Self.speak(nil), Handled.state()) == [])
    }

    @Test func refusesTheUnknown() {
        #expect(Handled.refusal(Self.speak("nobody"), Handled.state()) == .unknownOrganization("nobody"))
    }

    /// Rules may bring it back where it was once nobody is spoken against any more.
    @Test func rulesFollowIt() throws {
        let state = Handled.state([Handled.routed("city", version: 1), Self.set("works"), Self.set(nil)])
        #expect(try Handled.decide(.route(Handled.rules("works")), state) == [Handled.routed("works", version: 1)])
    }

    /// Parts of a divided demand speak against the same organization.
    @Test func partsHaveItToo() throws {
        let state = Handled.state([Self.set("works")])
        guard let front = Span(from: 0, to: 4), let back = Span(from: 4, to: 9) else { return }
        let division = DivideDemand(
            demand: 1,
            parts: [.init(spans: [front]), .init(spans: [back])],
            passage: 1,
            length: 9
        )
        let opened = try Message.decide(.divide(division), state).compactMap { event in
            if case .demandOpened(let opened) = event { opened.against } else { nil }
        }
        #expect(opened == ["works"])
    }
}
