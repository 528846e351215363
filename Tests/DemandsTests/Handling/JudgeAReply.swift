import Demands
import Testing

@Suite struct JudgeAReply {
    private static func judge(
        solved: Bool? = true,
        satisfied: Bool? = nil,
        by party: HandlingParty = .person,
        isSynthetic: Bool = false
    ) -> HandleDemand.Action {
        .judge(GivenJudgement(isSolved: solved, isSatisfied: satisfied, by: party, isSynthetic: isSynthetic))
    }

    private static let judged = HandlingEvent.judged(
        ReplyJudged(demand: 1, isSolved: true, isSatisfied: nil, by: .person)
    )

    @Test(arguments: HandlingParty.allCases, [true, false])
    func saysWhatByWhomAndWhetherItIsMadeUp(_ party: HandlingParty, _ isSynthetic: Bool) throws {
        let judge = Self.judge(solved: false, satisfied: true, by: party, isSynthetic: isSynthetic)
        #expect(
            try Handled.decide(judge, Handled.state([Handled.answered])) == [
                .judged(
                    ReplyJudged(demand: 1, isSolved: false, isSatisfied: true, by: party, isSynthetic: isSynthetic)
                )
            ]
        )
    }

    @Test func oneOfBothIsEnoughNoneIsNot() {
        let state = Handled.state([Handled.answered])
        #expect(Handled.refusal(Self.judge(solved: false), state) == nil)
        #expect(Handled.refusal(Self.judge(solved: nil, satisfied: false), state) == nil)
        #expect(Handled.refusal(Self.judge(solved: nil, satisfied: nil), state) == .judgesNothing)
    }

    @Test func isGivenOnce() {
        #expect(Handled.refusal(Self.judge(), Handled.state([Handled.answered, Self.judged])) == .alreadyJudged)
        let closed = Handled.state([Handled.answered, Self.judged, .closed(demand: 1)])
        #expect(Handled.refusal(Self.judge(by: .collector), closed) == .alreadyJudged)
    }

    /// Else whoever was judged badly would answer once more.
    @Test func anotherReplyDoesNotUndoIt() {
        let state = Handled.state([Handled.answered, Self.judged, Handled.answered])
        #expect(state.demands[0].handling.isJudged)
        #expect(Handled.refusal(Self.judge(), state) == .alreadyJudged)
    }

    @Test func reopeningUndoesIt() {
        let reopened = [Handled.answered, Self.judged, Handled.reopened]
        #expect(!Handled.state(reopened).demands[0].handling.isJudged)
        #expect(Handled.refusal(Self.judge(), Handled.state(reopened)) == .nothingToJudge)
        #expect(Handled.refusal(Self.judge(), Handled.state(reopened + [Handled.answered])) == nil)
    }

    @Test func theAnswerBeforeAReopeningIsJudgedNoMore() {
        let refused = Handled.state([Handled.answered, Handled.reopened, Handled.refused])
        #expect(Handled.refusal(Self.judge(), refused) == .nothingToJudge)
    }
}
