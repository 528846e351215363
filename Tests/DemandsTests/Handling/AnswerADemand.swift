import Demands
import EventSourcing
import Testing

@Suite struct AnswerADemand {
    private static let began = Handled.time("2020-03-01T08:00:00Z")

    private static func reply(
        by organization: String? = "works",
        isSubstantive: Bool = true,
        at repliedAt: Timestamp? = nil,
        topic: String? = nil
    ) -> HandleDemand.Action {
        .reply(
            GivenReply(
                organization: organization,
                text: Handled.words,
                isSubstantive: isSubstantive,
                repliedAt: repliedAt,
                topic: topic
            )
        )
    }

    @Test func stepsAreRecorded() throws {
        let state = Handled.state()
        #expect(try Handled.decide(.accept, state) == [.accepted(demand: 1)])
        #expect(try Handled.decide(.start, state) == [.started(demand: 1)])
        #expect(try Handled.decide(.close, Handled.state([Handled.answered])) == [.closed(demand: 1)])
        #expect(try Handled.decide(.read, state) == [.reportRead(demand: 1)])
        #expect(
            try Handled.decide(.refuse(by: "works", reason: Handled.words), state)
                == [.refused(DemandRefused(demand: 1, by: "works", reason: Handled.words))]
        )
        #expect(
            try Handled.decide(.markDuplicate(of: Handled.other), state)
                == [.duplicateMarked(DuplicateMarked(demand: 1, of: Handled.other))]
        )
    }

    @Test func oneDemandOfAMessageStepsAlone() throws {
        let state = Handled.state([.accepted(demand: 1)])
        #expect(state.demands.map(\.handling.state) == [.accepted, .received])
        #expect(try Handled.decide(.accept, state, demand: Handled.other) == [.accepted(demand: 2)])
    }

    @Test func aReplySaysWhoAnsweredWhatAndWhen() throws {
        #expect(
            try Handled.decide(Self.reply(at: Handled.receivedAt, topic: "t17"), Handled.state()) == [
                .replied(
                    DemandReplied(
                        demand: 1,
                        organization: "works",
                        text: Handled.words,
                        isSubstantive: true,
                        repliedAt: Handled.receivedAt,
                        topic: "t17"
                    )
                )
            ]
        )
        #expect(try Handled.decide(Self.reply(by: nil), Handled.state()).count == 1)
    }

    @Test(arguments: [HandlingState.received, .accepted, .inProgress, .reopened])
    func whatOnlyAcknowledgesChangesNoState(_ state: HandlingState) throws {
        let way = try #require(Handled.waysThere.first { $0.state == state }).events
        let events = try Handled.decide(Handled.acknowledge, Handled.state(way))
        let after = Handled.state(way + [.claimed(DemandClaimed(demand: 1, by: "key:a"))] + events)
        #expect(after.demands[0].handling.state == state)
        #expect(after.demands[0].handling.claimedBy == "key:a")
        #expect(after.demands[0].handling.replies.last?.isSubstantive == false)
        #expect(Handled.refusal(Handled.judge, after) == .nothingToJudge)
    }

    @Test func anAnswerEndsTheClaim() {
        let claimed = HandlingEvent.claimed(DemandClaimed(demand: 1, by: "key:a"))
        for end in [Handled.answered, Handled.refused, Handled.duplicate] {
            #expect(Handled.state([claimed, end]).demands[0].handling.claimedBy == nil)
        }
    }

    @Test func takesAsManyRepliesAsTheLimitSays() {
        let full = Handled.state(Array(repeating: Handled.answered, count: 100))
        #expect(Handled.refusal(Self.reply(), full) == .tooManyReplies)
        #expect(Handled.refusal(Self.reply(), Handled.state(Array(repeating: Handled.answered, count: 99))) == nil)
    }

    @Test func whoItSpeaksAgainstDoesNotAnswer() {
        let state = Handled.state(opened: DemandOpened(demand: 1, against: "works"))
        #expect(Handled.refusal(Self.reply(by: "works"), state) == .isAgainst("works"))
        #expect(Handled.refusal(Self.reply(by: "city"), state) == nil)
        #expect(Handled.refusal(Self.reply(by: nil), state) == nil)
    }

    /// Given elsewhere: not before the message occurred, else came in; not after now.
    @Test(arguments: [
        ("2020-03-01T07:59:59Z", true, false), ("2020-03-01T08:00:00Z", true, true),
        ("2020-03-05T08:00:00Z", true, true), ("2020-03-05T08:00:00.000001Z", true, false),
        ("2020-03-01T08:00:00Z", false, false), ("2020-03-02T08:00:00Z", false, true),
    ])
    func repliedAtLiesBetweenTheMessageAndNow(_ at: String, _ saysWhenItOccurred: Bool, _ isPossible: Bool) {
        let state = Handled.state(occurredAt: saysWhenItOccurred ? Self.began : nil)
        let refusal = Handled.refusal(Self.reply(at: Handled.time(at)), state)
        #expect(refusal == (isPossible ? nil : .repliedAtImpossible))
    }

    @Test func noDemandIsADuplicateOfItself() {
        #expect(Handled.refusal(.markDuplicate(of: Handled.demand), Handled.state()) == .isItself)
    }

    @Test func aDuplicateOfAnotherOneIsReopenedFirst() {
        let third = DemandID(message: Handled.message, number: 3)
        #expect(
            Handled.refusal(.markDuplicate(of: third), Handled.state([Handled.duplicate]))
                == .wrongState(.duplicate, wanted: .duplicate)
        )
    }

    @Test func reopeningSaysWhoWhyAndByWhen() throws {
        let reopen = HandleDemand.Action.reopen(by: .collector, reason: Handled.words, hours: 48)
        #expect(
            try Handled.decide(reopen, Handled.state([Handled.answered], occurredAt: Self.began)) == [
                .reopened(
                    DemandReopened(
                        demand: 1,
                        by: .collector,
                        reason: Handled.words,
                        // From now on, not from when it occurred.
                        due: Handled.time("2020-03-07T08:00:00Z")
                    )
                )
            ]
        )
    }

    @Test func reopeningBeginsAnew() {
        let handling = Handled.state([
            Handled.routed("works", version: 1, due: Handled.now),
            .escalated(DemandEscalated(demand: 1, to: "city", because: .overdue)), Handled.duplicate,
            Handled.reopened,
        ]).demands[0].handling
        #expect(handling.state == .reopened)
        #expect(handling.duplicateOf == nil)
        #expect(handling.due == nil)
        #expect(handling.escalatedTo == nil)
        #expect(handling.route?.responsible == "works")
    }

    @Test func isReopenedAsOftenAsTheLimitSays() {
        let once = [Handled.refused, Handled.reopened]
        let often = (0..<20).flatMap { _ in once } + [Handled.refused]
        let reopen = HandleDemand.Action.reopen(by: .person, reason: nil, hours: nil)
        #expect(Handled.refusal(reopen, Handled.state(often)) == .tooManyReopenings)
        #expect(Handled.refusal(reopen, Handled.state(Array(often.dropFirst(2)))) == nil)
    }

    @Test func wordsTakeTheNextNumberOfAPassage() {
        let reply = HandlingEvent.replied(
            DemandReplied(
                demand: 1,
                organization: nil,
                text: PassageLink(number: 7, commitment: "ab"),
                isSubstantive: false
            )
        )
        #expect(Handled.state([reply]).lastPassage == 7)
    }

    /// What a reviewer has seen of a demand is told by its revision; that it was read changes nothing to be seen.
    @Test func everyStepButReadingRevises() {
        #expect(Handled.state([.reportRead(demand: 1)]).demands[0].revision == 0)
        #expect(Handled.state([.accepted(demand: 1), Handled.answered]).demands[0].revision == 2)
    }
}
