import EventSourcing
import Foundation
import Testing

@testable import Demands

@Suite struct ClassifyADemand {
    private static let sure = Confidence(0.9)

    private func state(_ further: [MessageEvent], kind: DemandKind? = nil) -> Message.State {
        let received = FeedbackReceived(
            coordinates: MessageCoordinates(channel: "web"),
            text: PassageLink(number: 1, commitment: "ab")
        )
        return Message.state(
            after: [.received(received), .demandOpened(DemandOpened(demand: 1, kind: kind))] + further
        )
    }

    private func classify(
        _ value: ClassifyDemand.Value,
        model: Int = 2,
        demand: Int16 = 1
    ) -> Message.Command {
        .classify(ClassifyDemand(demand: demand, value: value, model: model, confidence: Self.sure))
    }

    private func categorised(_ method: ClassificationMethod, _ version: Int?, _ category: String = "roads")
        -> MessageEvent
    {
        .demandCategorised(
            DemandCategorised(demand: 1, category: category, method: method, methodVersion: version)
        )
    }

    @Test func takesTheModelsWordWhereNobodySpoke() throws {
        let event = MessageEvent.demandCategorised(
            DemandCategorised(demand: 1, category: "parks", method: .model, methodVersion: 2, confidence: Self.sure)
        )
        #expect(try Message.decide(classify(.category("parks")), state([])) == [event])
        #expect(try Message.decide(classify(.category("parks")), state([categorised(.keywords, 1)])) == [event])
        // A second decision sees the first one.
        #expect(try Message.decide(classify(.category("parks")), state([event])).isEmpty)
    }

    @Test(arguments: [ClassificationMethod.given, .reviewer])
    func leavesWhatAPersonSaid(_ method: ClassificationMethod) throws {
        #expect(try Message.decide(classify(.category("parks")), state([categorised(method, nil)])).isEmpty)
        let set = MessageEvent.demandKindSet(DemandKindSet(demand: 1, kind: .praise, method: method))
        #expect(try Message.decide(classify(.kind(.appeal)), state([set])).isEmpty)
    }

    @Test func leavesAKindThatCameWithTheMessage() throws {
        #expect(try Message.decide(classify(.kind(.appeal)), state([], kind: .praise)).isEmpty)
        #expect(try Message.decide(classify(.kind(.appeal)), state([])).count == 1)
    }

    @Test func aReviewerWhoTakesAKindBackIsHeardToo() throws {
        let taken = MessageEvent.demandKindSet(DemandKindSet(demand: 1, kind: nil, method: .reviewer))
        #expect(try Message.decide(classify(.kind(.appeal)), state([taken], kind: .praise)).isEmpty)
    }

    @Test func alaterModelStands() throws {
        #expect(try Message.decide(classify(.category("parks"), model: 1), state([categorised(.model, 2)])).isEmpty)
        #expect(try Message.decide(classify(.category("parks"), model: 3), state([categorised(.model, 2)])).count == 1)
        // The same words, the same model: another word only after an amendment.
        #expect(try Message.decide(classify(.category("roads")), state([categorised(.model, 2)])).isEmpty)
        #expect(try Message.decide(classify(.category("parks")), state([categorised(.model, 2)])).count == 1)
    }

    @Test func changesNothingThatIsNoMore() throws {
        let withdrawn = state([.withdrawn(MessageWithdrawn(by: "person"))])
        #expect(try Message.decide(classify(.category("parks")), withdrawn).isEmpty)
        #expect(throws: MessageRejection.unknownDemand(2)) {
            try Message.decide(classify(.category("parks"), demand: 2), state([]))
        }
    }

    @Test(arguments: [
        ("0", 0), ("1", 10_000), ("0.5", 5_000), ("0.9312", 9_312), ("1.0000", 10_000), ("0.0001", 1),
    ])
    func readsAConfidence(_ literal: String, _ value: Int) {
        #expect(Confidence(literal: literal)?.tenThousandths == value)
    }

    @Test(arguments: ["", "2", "1.0001", "0.", ".5", "0.12345", "-0.1", "1e-1", "0.５"])
    func refusesWhatIsNoConfidence(_ literal: String) {
        #expect(Confidence(literal: literal) == nil)
    }

    @Test func roundsToTenThousandths() {
        #expect(Confidence(0.93126).description == "0.9313")
        #expect(Confidence(1.2).description == "1.0000")
        #expect(Confidence(.nan).description == "0.0000")
        #expect(Confidence(0.00004).description == "0.0000")
    }
}
