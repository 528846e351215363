import EventSourcing
import Foundation
import Testing

@testable import Demands

private func content(
    _ passage: Int16 = 1,
    channel: String = "web",
    place: String? = nil,
    groups: [GroupLink] = []
) -> FeedbackReceived {
    FeedbackReceived(
        coordinates: MessageCoordinates(channel: channel, source: "s", place: place, groups: groups),
        text: PassageLink(number: passage, commitment: "ab"),
        subject: PassageLink(number: passage + 1, commitment: "cd")
    )
}

private func command(
    _ content: FeedbackReceived,
    kind: DemandKind? = nil,
    category: GivenCategory? = nil,
    repeats: Bool = false,
    against: String? = nil,
    isUrgent: Bool = false
) -> Message.Command {
    .receive(
        ReceiveFeedback(
            received: content,
            kind: kind,
            category: category,
            allowedChannels: ["web", "phone"],
            repeatsStoredRequest: repeats,
            onChange: .amend,
            against: against,
            isUrgent: isUrgent,
            organizations: Handled.tree
        )
    )
}

@Suite struct AmendAFeedback {
    private func stored(_ further: [MessageEvent] = []) -> Message.State {
        Message.state(
            after: [
                .received(content(place: "North")), .demandOpened(DemandOpened(demand: 1, kind: .complaint)),
                .demandCategorised(DemandCategorised(demand: 1, category: "roads", method: .given)),
            ] + further
        )
    }

    @Test func isAMessageLikeAnyOtherWhileNothingIsStored() throws {
        #expect(
            try Message.decide(command(content()), Message.initialState)
                == [.received(content()), .demandOpened(DemandOpened(demand: 1))]
        )
    }

    @Test func changesNothingWhenItSaysWhatIsStored() throws {
        #expect(try Message.decide(command(content(3), repeats: true), stored()).isEmpty)
    }

    @Test func recordsTheNewContentAndWhatItMovesOfTheDemand() throws {
        let amended = content(3, place: "South")
        #expect(
            try Message.decide(command(amended, kind: .praise, category: GivenCategory(code: "parks")), stored()) == [
                .amended(FeedbackAmended(content: amended)),
                .demandKindSet(DemandKindSet(demand: 1, kind: .praise, method: .given)),
                .demandCategorised(DemandCategorised(demand: 1, category: "parks", method: .given)),
            ]
        )
        let found = GivenCategory(code: "roads", method: .keywords, methodVersion: 4)
        #expect(
            try Message.decide(command(amended, kind: .complaint, category: found), stored()) == [
                .amended(FeedbackAmended(content: amended)),
                .demandCategorised(
                    DemandCategorised(demand: 1, category: "roads", method: .keywords, methodVersion: 4)
                ),
            ]
        )
    }

    @Test func takesBackWhatIsNoLongerSaid() throws {
        #expect(
            try Message.decide(command(content(3)), stored()) == [
                .amended(FeedbackAmended(content: content(3))),
                .demandKindSet(DemandKindSet(demand: 1, kind: nil, method: .given)),
                .demandCategorised(DemandCategorised(demand: 1, category: unclassifiedCategory, method: .given)),
            ]
        )
    }

    @Test func leavesWhatAReviewerSaid() throws {
        let state = stored([
            .demandKindSet(DemandKindSet(demand: 1, kind: .request, method: .reviewer)),
            .demandCategorised(DemandCategorised(demand: 1, category: "parks", method: .reviewer)),
            .demandPlaceSet(DemandPlaceSet(demand: 1, place: nil, method: .reviewer)),
            .demandGroupsSet(DemandGroupsSet(demand: 1, groups: [], method: .reviewer)),
        ])
        let amended = content(3, place: "South", groups: [GroupLink(name: "Drivers", ties: [])])
        let events = try Message.decide(
            command(amended, kind: .praise, category: GivenCategory(code: "water")),
            state
        )
        #expect(events == [.amended(FeedbackAmended(content: amended))])
        var after = state
        for event in events { Message.evolve(&after, event) }
        #expect(after.demands == state.demands)
        #expect(after.lastPassage == 4 && after.amendments == 1)
    }

    /// What was said of a complaint in "roads" stays; the rest of the events follows.
    private func heard(_ command: (FeedbackReceived) -> Message.Command, _ state: Message.State) throws
        -> [HandlingEvent]
    {
        try Message.decide(command(content(3)), state).compactMap { event in
            if case .handled(let handled) = event { handled } else { nil }
        }
    }

    @Test func whomItSpeaksAgainstIsHeardAnewAndTheDemandMovesAway() throws {
        let amend = { command($0, kind: .complaint, category: GivenCategory(code: "roads"), against: "works") }
        let set = HandlingEvent.againstSet(DemandAgainstSet(demand: 1, organization: "works", isGiven: true))
        #expect(try heard(amend, stored()) == [set])
        let routed = stored([
            .handled(Handled.routed("lamps", .reviewer)), .handled(.claimed(DemandClaimed(demand: 1, by: "key:a"))),
        ])
        let events = try heard(amend, routed)
        #expect(events == [set, Handled.routed("city", .reviewer)])
        var after = routed
        for event in events { Message.evolve(&after, .handled(event)) }
        #expect(after.demands[0].handling.claimedBy == nil && after.demands[0].handling.against == "works")
        #expect(try heard(amend, after) == [], "said once")
        #expect(try heard({ command($0) }, after) == [], "leaving it out shows the words to nobody")
    }

    @Test func whatAReviewerSaidOfWhomItSpeaksAgainstStays() throws {
        let amend = { command($0, against: "works") }
        let schools = MessageEvent.handled(.againstSet(DemandAgainstSet(demand: 1, organization: "schools")))
        #expect(try heard(amend, stored([schools])) == [])
        let given = MessageEvent.handled(
            .againstSet(DemandAgainstSet(demand: 1, organization: "works", isGiven: true))
        )
        let none = MessageEvent.handled(.againstSet(DemandAgainstSet(demand: 1, organization: nil)))
        #expect(try heard(amend, stored([given, none])) == [])
    }

    @Test func urgencyIsHeardAnewUnlessAReviewerSettledIt() throws {
        let urgent = HandlingEvent.urgencySet(DemandUrgencySet(demand: 1, isUrgent: true, due: nil, isGiven: true))
        let calm = HandlingEvent.urgencySet(DemandUrgencySet(demand: 1, isUrgent: false, due: nil, isGiven: true))
        let settled = HandlingEvent.urgencySet(DemandUrgencySet(demand: 1, isUrgent: false, due: nil))
        #expect(try heard({ command($0, isUrgent: true) }, stored()) == [urgent])
        #expect(try heard({ command($0, isUrgent: true) }, stored([.handled(urgent)])) == [])
        #expect(try heard({ command($0) }, stored([.handled(urgent)])) == [calm])
        #expect(try heard({ command($0, isUrgent: true) }, stored([.handled(settled)])) == [])
    }

    /// Parts of a divided message voice what the message says.
    @Test func everyDemandOfTheMessageSpeaksAgainstThem() throws {
        let parts = stored([
            .demandOpened(DemandOpened(demand: 2, dividedFrom: 1)),
            .demandOpened(DemandOpened(demand: 3, dividedFrom: 1)),
            .demandRejoined(DemandRejoined(demand: 3, into: 1)),
        ])
        let events = try heard({ command($0, against: "works") }, parts)
        #expect(events.compactMap(\.demand) == [1, 2])
    }

    @Test func movesPlaceAndGroupsThatNobodyCorrected() throws {
        let drivers = [GroupLink(name: "Drivers", ties: [])]
        var state = stored()
        Message.evolve(&state, .amended(FeedbackAmended(content: content(3, place: "South", groups: drivers))))
        #expect(state.demands.map(\.place) == ["South"] && state.demands.map(\.groups) == [drivers])
        #expect(state.demands.map(\.category) == ["roads"])
    }

    @Test func aReviewerConfirmsWhatTheSenderSaidOnce() throws {
        let confirm = Message.Command.setKind(demand: 1, .complaint)
        let event = MessageEvent.demandKindSet(DemandKindSet(demand: 1, kind: .complaint, method: .reviewer))
        #expect(try Message.decide(confirm, stored()) == [event])
        #expect(try Message.decide(confirm, stored([event])).isEmpty)
        #expect(
            try Message.decide(.setPlace(demand: 1, "North"), stored())
                == [.demandPlaceSet(DemandPlaceSet(demand: 1, place: "North", method: .reviewer))]
        )
    }

    @Test func refusesWhatCannotBeAmended() {
        let withdrawn = stored([.withdrawn(MessageWithdrawn(by: "person"))])
        let forgotten = stored([.forgotten(MessageForgotten(scope: "message"))])
        #expect(throws: MessageRejection.withdrawn) { try Message.decide(command(content(3)), withdrawn) }
        #expect(throws: MessageRejection.forgotten) { try Message.decide(command(content(3)), forgotten) }
        // Its words are gone: nothing tells whether this repeats them.
        #expect(throws: MessageRejection.forgotten) {
            try Message.decide(command(content(3), repeats: true), forgotten)
        }
        #expect(throws: MessageRejection.unknownChannel(allowed: ["web", "phone"])) {
            try Message.decide(command(content(3, channel: "forum")), stored())
        }
        var full = stored()
        full.amendments = Message.maximumAmendments
        #expect(throws: MessageRejection.tooManyAmendments) { try Message.decide(command(content(3)), full) }
    }

    @Test func keepsAChannelThatWasClosedSince() throws {
        var state = stored()
        state.coordinates?.channel = "forum"
        #expect(try !Message.decide(command(content(3, channel: "forum")), state).isEmpty)
    }
}
