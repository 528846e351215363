import Demands
import Testing

private func span(_ from: Int, _ to: Int) -> Span {
    guard let span = Span(from: from, to: to) else { fatalError("a span ends where it begins, or before") }
    return span
}

@Suite struct MaskAPassage {
    private func mask(
        _ spans: [Span],
        passage: Int16 = 1,
        length: Int? = 20,
        _ state: Message.State = Handled.state()
    ) throws(MessageRejection) -> [MessageEvent] {
        try Message.decide(.mask(MaskPassage(passage: passage, spans: spans, length: length)), state)
    }

    private func masked(_ spans: [Span]) -> HandlingEvent {
        .masked(PassageMasked(passage: 1, spans: spans))
    }

    @Test(arguments: [
        ([span(8, 9), span(0, 4)], [span(0, 4), span(8, 9)]),
        // They touch, overlap, lie within one another, are the same.
        ([span(0, 4), span(4, 6)], [span(0, 6)]),
        ([span(3, 7), span(0, 4)], [span(0, 7)]),
        ([span(0, 9), span(2, 3), span(8, 12)], [span(0, 12)]),
        ([span(2, 3), span(2, 3)], [span(2, 3)]),
        ([span(0, 20)], [span(0, 20)]),
    ])
    func spansAreKeptInOrderAndJoined(_ given: [Span], _ kept: [Span]) throws {
        #expect(try mask(given) == [.handled(masked(kept))])
    }

    @Test func theSameAgainIsNothing() throws {
        let state = Handled.state([masked([span(0, 6)])])
        #expect(try mask([span(4, 6), span(0, 4)], state) == [])
        #expect(try mask([]) == [])
    }

    @Test func isTakenBack() throws {
        let state = Handled.state([masked([span(0, 6)])])
        #expect(try mask([], state) == [.handled(masked([]))])
        #expect(Handled.state([masked([span(0, 6)]), masked([])]).masks.isEmpty)
    }

    @Test func anotherPassageHasItsOwn() throws {
        let state = Handled.state([Handled.answered, masked([span(0, 6)])])
        #expect(state.masks == [1: [span(0, 6)]])
        #expect(try mask([span(0, 6)], passage: 2, state).count == 1)
    }

    @Test func refusesWhatLiesOutside() {
        #expect(throws: MessageRejection.handling(.maskOutside(length: 20))) { try mask([span(0, 1), span(19, 21)]) }
    }

    @Test(arguments: [Int16(0), 2, -1])
    func refusesAPassageThatIsNotThere(_ passage: Int16) {
        #expect(throws: MessageRejection.handling(.unknownPassage(passage))) { try mask([], passage: passage) }
    }

    @Test func refusesWordsThatAreGone() {
        #expect(throws: MessageRejection.handling(.unknownPassage(1))) { try mask([span(0, 1)], length: nil) }
    }

    @Test func refusesTooMany() throws {
        let many = (0...200).map { span($0 * 2, $0 * 2 + 1) }
        #expect(throws: MessageRejection.handling(.tooManyMasks)) { try mask(many, length: 1_000) }
        #expect(try mask(Array(many.dropLast()), length: 1_000).count == 1)
    }

    @Test func refusesWhatWasWithdrawn() {
        let withdrawn = Handled.state(further: [.withdrawn(MessageWithdrawn(by: "person"))])
        #expect(throws: MessageRejection.withdrawn) { try mask([span(0, 1)], withdrawn) }
    }

    /// One block a scalar, so that spans of the text stay what they are.
    @Test func blocksTakeThePlaceOfScalars() {
        let text = "王五 13800000000🙂e\u{301}"
        #expect([span(0, 2)].masking(text) == "██ 13800000000🙂e\u{301}")
        #expect([span(3, 14), span(14, 15)].masking(text) == "王五 ████████████e\u{301}")
        #expect([span(16, 99)].masking(text) == "王五 13800000000🙂e█")
        #expect([Span]().masking(text) == text)
    }
}
