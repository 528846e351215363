import EventSourcing
import Foundation
import Testing

@testable import Demands

private func span(_ from: Int, _ to: Int) -> Span {
    guard let span = Span(from: from, to: to) else { fatalError("a span ends where it begins, or before") }
    return span
}

@Suite struct DivideADemand {
    private static let received = FeedbackReceived(
        coordinates: MessageCoordinates(channel: "web"),
        text: PassageLink(number: 1, commitment: "ab")
    )

    private static func stored(_ further: [MessageEvent] = []) -> Message.State {
        Message.state(
            after: [
                .received(received), .demandOpened(DemandOpened(demand: 1, kind: .complaint)),
                .demandCategorised(DemandCategorised(demand: 1, category: "roads", method: .given)),
            ] + further
        )
    }

    private static func division(_ parts: [DivideDemand.Part], demand: Int16 = 1) -> Message.Command {
        .divide(DivideDemand(demand: demand, parts: parts, passage: 1, length: 20))
    }

    private static let divided: [MessageEvent] = [
        .demandNarrowed(DemandNarrowed(demand: 1, passage: 1, spans: [span(0, 3), span(8, 10)])),
        .demandOpened(
            DemandOpened(demand: 2, kind: .complaint, passage: 1, spans: [span(3, 8)], dividedFrom: 1)
        ),
        .demandCategorised(DemandCategorised(demand: 2, category: "roads", method: .given)),
        .demandOpened(DemandOpened(demand: 3, passage: 1, spans: [span(10, 20)], dividedFrom: 1)),
        .demandCategorised(DemandCategorised(demand: 3, category: "parks", method: .reviewer)),
        .demandKindSet(DemandKindSet(demand: 3, kind: .praise, method: .reviewer)),
    ]

    @Test func opensADemandForEachPartButTheFirst() throws {
        let events = try Message.decide(
            Self.division([
                .init(spans: [span(8, 10), span(0, 3)]), .init(spans: [span(3, 8)]),
                .init(spans: [span(10, 20)], category: "parks", kind: .praise),
            ]),
            Self.stored()
        )
        #expect(events == Self.divided)
        let state = Self.stored(events)
        #expect(state.demands.map(\.category) == ["roads", "roads", "parks"])
        #expect(state.demands.map(\.spans) == [[span(0, 3), span(8, 10)], [span(3, 8)], [span(10, 20)]])
    }

    @Test func isTakenBack() throws {
        let events = try Message.decide(.rejoin(demand: 1), Self.stored(Self.divided))
        #expect(
            events == [
                .demandRejoined(DemandRejoined(demand: 2, into: 1)),
                .demandRejoined(DemandRejoined(demand: 3, into: 1)),
                .demandNarrowed(DemandNarrowed(demand: 1, passage: nil, spans: nil)),
            ]
        )
        let state = Self.stored(Self.divided + events)
        // Changed twice since a reviewer saw it.
        var expected = Self.stored().demands[0]
        expected.revision += 2
        #expect(state.demands[0] == expected)
        #expect(throws: MessageRejection.rejoined(2)) { try Message.decide(.setKind(demand: 2, .praise), state) }
        // Divided anew, numbers go on.
        let again = try Message.decide(Self.division([.init(spans: [span(0, 1)]), .init(spans: [span(1, 2)])]), state)
        #expect(again.contains { if case .demandOpened(let opened) = $0 { opened.demand == 4 } else { false } })
    }

    @Test(arguments: [
        ([DivideDemand.Part(spans: [span(0, 3)])], DivisionMistake.tooFewParts),
        ([.init(spans: [span(0, 3)]), .init(spans: [])], .noSpans(part: 1)),
        ([.init(spans: [span(0, 3)]), .init(spans: [span(3, 21)])], .outside(part: 1, length: 20)),
        ([.init(spans: [span(0, 3)]), .init(spans: [span(2, 5)])], .overlap(part: 1)),
    ])
    func refusesWhatIsNoDivision(_ parts: [DivideDemand.Part], _ mistake: DivisionMistake) {
        #expect(throws: MessageRejection.division(mistake)) {
            try Message.decide(Self.division(parts), Self.stored())
        }
    }

    @Test func refusesWhatStandsAgainstIt() {
        let parts = [DivideDemand.Part(spans: [span(0, 3)]), .init(spans: [span(3, 5)])]
        let divided = Self.stored(Self.divided)
        #expect(throws: MessageRejection.division(.isDivided)) {
            try Message.decide(Self.division(parts), divided)
        }
        #expect(throws: MessageRejection.division(.isPart(of: 1))) {
            try Message.decide(Self.division(parts, demand: 2), divided)
        }
        #expect(throws: MessageRejection.division(.isPart(of: 1))) {
            try Message.decide(.rejoin(demand: 3), divided)
        }
        #expect(throws: MessageRejection.division(.isNotDivided)) {
            try Message.decide(.rejoin(demand: 1), Self.stored())
        }
        #expect(throws: MessageRejection.division(.forgotten)) {
            try Message.decide(
                Self.division(parts),
                Self.stored([.forgotten(MessageForgotten(scope: "message"))])
            )
        }
    }

    @Test func spansCountUnicodeScalars() {
        let text = "路灯坏了🙂。Bitte reparieren"
        #expect([span(0, 4)].words(of: text) == "路灯坏了")
        #expect([span(4, 5), span(6, 11)].words(of: text) == "🙂\nBitte")
        #expect([span(6, 900)].words(of: text) == "Bitte reparieren")
        #expect(Span(from: 3, to: 3) == nil && Span(from: -1, to: 2) == nil)
    }
}
