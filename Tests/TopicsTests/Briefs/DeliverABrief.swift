import Demands
import EventSourcing
import Foundation
import Testing

@testable import Topics

@Suite struct DeliverABrief {
    private typealias Outcome = BriefOutcomeRecorded.Outcome

    @Test func onceItWasPutToItsSupporters() throws {
        var pages = BriefPages()
        try pages.apply(.draft(.example()))
        #expect(pages.refusal(.deliver(.example, now: .day(3))) == .notPutToSupporters)
        #expect(pages.refusal(.outcome(.adopted)) == .notDelivered)
        try pages.apply(.putToSupporters)
        #expect(pages.refusal(.deliver(.example, now: .day(2))) == .inTheFuture)
        #expect(pages.refusal(.outcome(.adopted)) == .notDelivered)
        try pages.apply(.deliver(.example, now: .day(3)))
        #expect(pages.state.status == .delivered && pages.state.deliveredAt == .day(3))
        #expect(pages.refusal(.deliver(.example, now: .day(4))) == .alreadyDelivered)
        #expect(pages.refusal(.drop(reason: .example(3))) == .alreadyDelivered)
    }

    @Test func aRecipientNamedInWordsIsAPassage() throws {
        var pages = try BriefPages.checking()
        try pages.apply(
            .deliver(BriefDelivered(recipient: .named(.example(3)), deliveredAt: .day(1)), now: .day(3))
        )
        #expect(pages.state.lastPassage == 3)
    }

    @Test(arguments: BriefOutcomeRecorded.Outcome.allCases)
    func anOutcomeIsRecordedAndMostAreFinal(_ outcome: BriefOutcomeRecorded.Outcome) throws {
        var pages = try BriefPages.delivered()
        #expect(pages.refusal(.outcome(outcome, on: 10)) == .inTheFuture)
        #expect(pages.refusal(.outcome(outcome, on: 2)) == .beforeDelivery)
        try pages.apply(.outcome(outcome))
        #expect(pages.state.status == .decided && pages.state.outcome == outcome)
        #expect(pages.refusal(.outcome(outcome)) == .decided(outcome))
        let isOpen = [Outcome.referred, .noAnswer].contains(outcome)
        let other = pages.refusal(.outcome(outcome == .adopted ? .declined : .adopted))
        #expect(other == (isOpen ? nil : .decided(outcome)))
        for command in [Brief.Command.deliver(.example, now: .day(9)), .drop(reason: .example(3))] {
            #expect(pages.refusal(command) == .alreadyDelivered)
        }
    }

    @Test func whatWasDroppedTakesNothing() throws {
        var pages = try BriefPages.checking()
        try pages.apply(.drop(reason: .example(3)))
        #expect(pages.state.status == .dropped && pages.state.lastPassage == 3)
        for command in [
            Brief.Command.deliver(.example, now: .day(9)), .putToSupporters, .answer(.yes, message: 1),
            .reword(title: .example(4), text: nil), .outcome(.adopted), .drop(reason: .example(4)),
        ] { #expect(pages.refusal(command) == .dropped) }
    }

    /// Each refusal says what was wrong and what to do, under a code of its own.
    @Test func refusalsAreTold() {
        let all: [(BriefRejection, String, Bool)] = [
            (.unknownBrief, "unknown-brief", false), (.exists, "brief-exists", true),
            (.noTopic, "brief-without-topic", false), (.tooManyTopics, "too-many-topics", false),
            (.topicTwice(.split(1)), "topic-twice", false), (.unknownTopic(.split(1)), "unknown-topic", false),
            (.topicEnded(.split(1), into: .split(2)), "topic-ended", true),
            (.nothingToReword, "nothing-to-reword", false), (.tooManyWordings, "too-many-wordings", true),
            (.alreadyPutToSupporters, "already-put-to-supporters", true),
            (.notPutToSupporters, "not-put-to-supporters", true), (.stranger, "not-a-supporter", false),
            (.alreadyAnswered, "already-answered", true), (.checkClosed, "check-closed", true),
            (.alreadyDelivered, "already-delivered", true), (.notDelivered, "not-delivered", true),
            (.decided(.adopted), "already-decided", true), (.inTheFuture, "in-the-future", false),
            (.beforeDelivery, "before-delivery", false), (.dropped, "brief-dropped", true),
        ]
        #expect(Set(all.map(\.1)).count == all.count)
        #expect(Set(all.map(\.0.detail)).count == all.count)
        for (rejection, code, isConflict) in all {
            #expect(rejection.code == code && rejection.isStateConflict == isConflict)
        }
        #expect(BriefRejection.topicEnded(.split(1), into: .split(2)).detail.contains("merged into s2"))
        #expect(BriefRejection.decided(.adopted).detail == "the outcome adopted is recorded; it is final")
        #expect(BriefRejection.decided(.noAnswer).detail.hasSuffix("another one may follow it"))
    }
}
