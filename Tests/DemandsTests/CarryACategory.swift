import EventSourcing
import Foundation
import Testing

@testable import Demands

/// What a version of the taxonomy says of one demand.
@Suite struct CarryACategory {
    private func state(_ further: [MessageEvent]) -> Message.State {
        let received = FeedbackReceived(
            coordinates: MessageCoordinates(channel: "web"),
            text: PassageLink(number: 1, commitment: "ab")
        )
        return Message.state(after: [.received(received), .demandOpened(DemandOpened(demand: 1))] + further)
    }

    private func said(_ method: ClassificationMethod, _ version: Int? = nil, _ category: String = "a") -> MessageEvent {
        .demandCategorised(DemandCategorised(demand: 1, category: category, method: method, methodVersion: version))
    }

    private func carry(
        _ to: String,
        version: Int = 2,
        undecided: Bool? = nil,
        from: String = "a",
        demand: Int16 = 1
    ) -> Message.Command {
        let destination = CategoryHistory.Destination(category: to, version: version, isUndecided: undecided)
        return .carry(CarryCategory(demand: demand, from: from, destination: destination))
    }

    private func carried(_ to: String, _ method: ClassificationMethod, undecided: Bool = false) -> MessageEvent {
        .demandCategorised(
            DemandCategorised(
                demand: 1,
                category: to,
                method: .taxonomy,
                methodVersion: 2,
                carried: CarriedCategory(category: "a", method: method, isUndecided: undecided)
            )
        )
    }

    @Test(arguments: [ClassificationMethod.given, .keywords, .model, .reviewer])
    func keepsWhoSaidIt(_ method: ClassificationMethod) throws {
        let events = try Message.decide(carry("b"), state([said(method, 7)]))
        #expect(
            events == [
                .demandCategorised(
                    DemandCategorised(
                        demand: 1,
                        category: "b",
                        method: .taxonomy,
                        methodVersion: 2,
                        carried: CarriedCategory(category: "a", method: method, methodVersion: 7)
                    )
                )
            ]
        )
        // A second decision sees the first one; a later version carries the same word on.
        let once = state([said(method, 7)] + events)
        #expect(try Message.decide(carry("b"), once).isEmpty)
        #expect(try Message.decide(carry("c", from: "b"), once).isEmpty)
        let again = try Message.decide(carry("c", version: 3, from: "b"), once)
        guard case .demandCategorised(let event)? = again.first else { return #expect(Bool(false)) }
        #expect(event.carried == CarriedCategory(category: "b", method: method, methodVersion: 7))
        #expect(event.speaker == method)
    }

    @Test func changesNothingThatIsOtherwiseByNow() throws {
        #expect(try Message.decide(carry("b"), state([said(.reviewer, nil, "other")])).isEmpty)
        #expect(try Message.decide(carry("b", from: "unclassified"), state([])).isEmpty)
        #expect(
            try Message.decide(carry("b"), state([said(.given), .withdrawn(MessageWithdrawn(by: "person"))])).isEmpty
        )
        #expect(throws: MessageRejection.unknownMessage) { try Message.decide(carry("b"), Message.initialState) }
        #expect(throws: MessageRejection.unknownDemand(2)) {
            try Message.decide(carry("b", demand: 2), state([said(.given)]))
        }
    }

    @Test func aCategoryThatIsSaidAgainIsCarriedAgain() throws {
        let late = state([said(.given), carried("b", .given), said(.given)])
        #expect(try Message.decide(carry("b"), late) == [carried("b", .given)])
    }

    @Test func undecidedStaysSoUntilWordsTell() throws {
        let left = state([said(.reviewer), carried("b", .reviewer, undecided: true)])
        let renamed = try Message.decide(carry("c", version: 3, from: "b"), left)
        guard case .demandCategorised(let event)? = renamed.first else { return #expect(Bool(false)) }
        #expect(event.carried?.isUndecided == true && event.speaker == .taxonomy)
        let told = try Message.decide(carry("c", version: 3, undecided: false, from: "b"), left)
        guard case .demandCategorised(let event)? = told.first else { return #expect(Bool(false)) }
        #expect(event.carried?.isUndecided == false && event.speaker == .reviewer)
    }

    private func model(_ category: String, _ number: Int = 3) -> Message.Command {
        .classify(
            ClassifyDemand(demand: 1, value: .category(category), model: number, confidence: Confidence(0.9))
        )
    }

    /// A person's word under another code is a person's word; what a split dissolved is a reviewer's to decide.
    @Test func modelsLeaveWhatAPersonSaid() throws {
        for method in [ClassificationMethod.given, .reviewer] {
            #expect(try Message.decide(model("x"), state([said(method), carried("b", method)])).isEmpty)
        }
        let undecided = [ClassificationMethod.given, .reviewer].map { method in
            state([said(method), carried("b", method, undecided: true)])
        }
        #expect(try undecided.map { try Message.decide(model("x"), $0).count } == [1, 0])
        for method in [ClassificationMethod.given, .reviewer, .keywords] {
            let dropped = state([said(method), carried(unclassifiedCategory, method)])
            #expect(try Message.decide(model("x"), dropped).count == 1)
        }
    }

    @Test func aModelsWordStandsAgainstEarlierModels() throws {
        let events = try Message.decide(carry("b"), state([said(.model, 3)]))
        let present = state([said(.model, 3)] + events)
        #expect(try Message.decide(model("x", 2), present).isEmpty)
        #expect(try Message.decide(model("b", 3), present).isEmpty)
        #expect(try Message.decide(model("x", 4), present).count == 1)
    }

    @Test func aReviewerConfirmsOrCorrects() throws {
        let left = state([said(.given), carried("b", .given, undecided: true)])
        for category in ["b", "c"] {
            let command = Message.Command.categorise(demand: 1, category: category, method: .reviewer)
            #expect(try Message.decide(command, left) == [said(.reviewer, nil, category)])
        }
    }

    private func amend(_ category: String?) -> Message.Command {
        .receive(
            ReceiveFeedback(
                received: FeedbackReceived(
                    coordinates: MessageCoordinates(channel: "web"),
                    text: PassageLink(number: 2, commitment: "cd")
                ),
                kind: nil,
                category: category.map { GivenCategory(code: $0) },
                allowedChannels: ["web"],
                repeatsStoredRequest: false,
                onChange: .amend
            )
        )
    }

    @Test func anAmendmentLeavesAReviewersWord() throws {
        let reviewed = state([said(.reviewer), carried("b", .reviewer)])
        #expect(try Message.decide(amend("z"), reviewed).count == 1)
        let given = state([said(.given), carried("b", .given)])
        #expect(try Message.decide(amend("z"), given).last == said(.given, nil, "z"))
        // Taken back the way it came.
        #expect(try Message.decide(amend(nil), given).last == said(.given, nil, unclassifiedCategory))
    }

    @Test func aPartHasWhatItsWholeWasGiven() throws {
        let spans = [Span(from: 0, to: 2), Span(from: 2, to: 4)].compactMap { $0 }
        let division = DivideDemand(
            demand: 1,
            parts: spans.map { DivideDemand.Part(spans: [$0]) },
            passage: 1,
            length: 4
        )
        let events = try Message.decide(.divide(division), state([said(.given), carried("b", .given)]))
        guard case .demandCategorised(let event)? = events.last else { return #expect(Bool(false)) }
        #expect(event.demand == 2 && event.category == "b" && event.carried?.category == "a")
    }
}
