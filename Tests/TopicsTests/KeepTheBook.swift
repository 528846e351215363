import EventSourcing
import Foundation
import Testing

@testable import Topics

@Suite struct KeepTheBook {
    private let a = TopicID.founded(1)
    private let b = TopicID.founded(4)

    /// Topic t1 of demands 1, 2, 3 by p, q, p, and topic t4 of 4, 5 by p, r.
    private func book() throws -> [TopicBookEvent] {
        var events: [TopicBookEvent] = []
        for (demand, topic, person) in [(1, 1, "p"), (2, 1, "q"), (3, 1, "p"), (4, 4, "p"), (5, 4, "r")] {
            try apply(.record(Examples.placement(Int64(demand), Int64(topic)), person: person, method: "m"), &events)
        }
        return events
    }

    private func apply(_ command: TopicBook.Command, _ events: inout [TopicBookEvent]) throws {
        events += try TopicBook.decide(command, TopicBook.state(after: events))
    }

    private func state(_ events: [TopicBookEvent]) -> TopicBookState { TopicBook.state(after: events) }

    private func refused(_ command: TopicBook.Command, _ events: [TopicBookEvent]) -> TopicRejection? {
        do throws(TopicRejection) {
            _ = try TopicBook.decide(command, state(events))
            return nil
        } catch {
            return error
        }
    }

    @Test func recordsWhatTheFinderSaidOnce() throws {
        var events = try book()
        #expect(events.count == 5)
        try apply(.record(Examples.placement(2, 1), person: "q", method: "m"), &events)
        #expect(events.count == 5)
        let link = try #require(state(events).link(of: 2))
        #expect((link.topic, link.confidence, link.because, link.method) == (a, 7_500, 1, "m"))
    }

    @Test func countsPeopleOnceAcrossMergedDemands() throws {
        var events = try book()
        #expect(state(events).people(in: a) == 2)
        #expect(state(events).people(in: b) == 2)
        try apply(.merge([b], into: a), &events)
        // p, q, r.
        #expect(state(events).people(in: a) == 3)
        #expect(state(events).topic(of: 5) == a)
        #expect(state(events).link(of: 5)?.topic == b)
    }

    @Test func splitsAndMoves() throws {
        var events = try book()
        try apply(.split(a, demands: [3, 2, 2]), &events)
        #expect(events.last == .operation(TopicOperation(number: 1, change: .split(a, demands: [2, 3]))))
        #expect(state(events).topic(of: 2) == .split(1))
        try apply(.move(5, to: .split(1)), &events)
        #expect(state(events).members().map(\.demands) == [[1], [4], [2, 3, 5]])
        try apply(.move(5, to: .split(1)), &events)
        #expect(events.count == 7)
    }

    @Test func showsATitleAsApprovedUntilItIsRenamed() throws {
        var events = try book()
        try apply(.rename(a, title: "噪音"), &events)
        #expect(state(events).title(of: a) == TopicTitle(text: "噪音", isApproved: false))
        try apply(.approveTitle(a, title: "噪音"), &events)
        #expect(state(events).title(of: a) == TopicTitle(text: "噪音", isApproved: true))
        try apply(.rename(a, title: "搅拌站"), &events)
        #expect(state(events).title(of: a)?.isApproved == false)
    }

    @Test func followsTheFindersJoins() throws {
        var events = try book()
        let join = Placement.Join(from: 4, into: 1, confidence: 0.5)
        try apply(.record(Examples.placement(6, 1, joins: [join]), person: nil, method: "m"), &events)
        #expect(events.count == 7)
        #expect(state(events).topic(of: 4) == a)
        // A reviewer has put them together already: nothing more happens.
        try apply(.record(Examples.placement(7, 1, joins: [join]), person: nil, method: "m"), &events)
        #expect(events.count == 8)
        // A later link to the topic that ended counts for the one that it became.
        try apply(.record(Examples.placement(8, 4), person: nil, method: "m"), &events)
        #expect(state(events).topic(of: 8) == a)
        try apply(.undo(1), &events)
        #expect(state(events).topic(of: 8) == b)
    }

    @Test func refusesWhatCannotBe() throws {
        var events = try book()
        #expect(refused(.merge([.founded(2)], into: a), events) == .unknownTopic(.founded(2)))
        #expect(refused(.merge([a], into: a), events) == .mergesIntoItself(a))
        #expect(refused(.merge([], into: a), events) == .nothingToMerge)
        #expect(refused(.split(a, demands: [4]), events) == .notInTopic(4, a))
        #expect(refused(.split(a, demands: []), events) == .splitsNothing(a))
        #expect(refused(.split(a, demands: [1, 2, 3]), events) == .splitsNothing(a))
        #expect(refused(.move(9, to: a), events) == .unknownDemand(9))
        #expect(refused(.rename(a, title: " "), events) == .badTitle)
        #expect(refused(.approveTitle(a, title: "a\nb"), events) == .badTitle)
        #expect(refused(.rename(a, title: String(repeating: "题", count: 121)), events) == .badTitle)
        #expect(refused(.undo(1), events) == .unknownOperation(1))
        try apply(.merge([b], into: a), &events)
        #expect(refused(.move(1, to: b), events) == .ended(b, into: a))
        #expect(refused(.merge([b], into: a), events) == .ended(b, into: a))
    }

    @Test func undoesNoSplitThatLaterOperationsStandOn() throws {
        var events = try book()
        try apply(.split(a, demands: [3]), &events)
        try apply(.move(5, to: .split(1)), &events)
        #expect(refused(.undo(1), events) == .laterOperations(1, [2]))
        try apply(.undo(2), &events)
        try apply(.undo(1), &events)
        #expect(state(events).seen == state(try book()).seen)
        let count = events.count
        try apply(.undo(1), &events)
        #expect(events.count == count)
        #expect(refused(.undo(4), events) == .unknownOperation(4))
    }

    @Test(arguments: 1...12)
    func undoRestoresWhatWasSeenByteForByte(_ seed: UInt64) throws {
        print("seed \(seed)")
        var random = Seeded(state: seed)
        var events: [TopicBookEvent] = []
        for demand in 1...30 {
            let topic = demand <= 8 ? demand : Int.random(in: 1...8, using: &random)
            let person = "p\(Int.random(in: 0..<9, using: &random))"
            try apply(.record(Examples.placement(Int64(demand), Int64(topic)), person: person, method: "m"), &events)
        }
        let links = state(events).links
        var done = 0
        for _ in 0..<60 {
            let before = state(events)
            guard let command = Self.anyCommand(before, &random) else { continue }
            guard case .operation(let operation)? = try? TopicBook.decide(command, before).last else { continue }
            try apply(command, &events)
            #expect(state(events).seen != before.seen)
            var undone = events
            try apply(.undo(operation.number), &undone)
            #expect(state(undone).seen == before.seen)
            done += 1
        }
        #expect(done > 20)
        #expect(state(events).links == links)
        // All of it, from the last to the first.
        for operation in state(events).operations.reversed() { try apply(.undo(operation.number), &events) }
        #expect(state(events).seen == state(Array(events.prefix(30))).seen)
    }

    private static func anyCommand(_ state: TopicBookState, _ random: inout Seeded) -> TopicBook.Command? {
        let members = state.members()
        guard let one = members.randomElement(using: &random), let two = members.randomElement(using: &random) else {
            return nil
        }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return .merge([one.topic], into: two.topic)
        case 1: return .split(one.topic, demands: one.demands.filter { _ in Bool.random(using: &random) })
        case 2: return one.demands.randomElement(using: &random).map { .move($0, to: two.topic) }
        case 3: return .rename(one.topic, title: "题\(Int.random(in: 0..<99, using: &random))")
        default: return .approveTitle(one.topic, title: "题\(Int.random(in: 0..<99, using: &random))")
        }
    }

    @Test func readsBackWhatItWrote() throws {
        let operations: [TopicOperation.Change] = [
            .joined(a, into: b, because: 6, method: "m", confidence: 5_000), .merged([a, .split(2)], into: b),
            .split(a, demands: [2, 3]), .moved(3, to: .split(7)), .renamed(a, title: "题"),
            .titleApproved(a, title: "题"),
        ]
        let link = DemandLinked(
            demand: 5,
            topic: a,
            person: "p",
            method: "m",
            confidence: 1,
            because: 2,
            sameWordingAs: 3
        )
        let bare = DemandLinked(demand: 5, topic: a, person: nil, method: "m", confidence: 1)
        let events =
            [.linked(link), .linked(bare), .undone(TopicOperationUndone(operation: 9, undoes: 8))]
            + operations.map { TopicBookEvent.operation(TopicOperation(number: 4, change: $0)) }
        for event in events {
            let new = event.encoded
            #expect(TopicBookEvent.types.contains(new.type))
            let recorded = RecordedEvent(
                position: 1,
                stream: StreamID(type: "topics", id: UUID()),
                version: 1,
                type: new.type,
                schemaVersion: new.schemaVersion,
                body: new.body,
                actor: "test",
                recordedAt: Examples.day(1)
            )
            #expect(try TopicBookEvent(decoding: recorded) == event)
        }
        #expect(
            String(decoding: events[0].encoded.body, as: UTF8.self)
                == #"{"demand":5,"topic":"t1","person":"p","method":"m","confidence":1,"because":2,"sameWordingAs":3}"#
        )
    }

    @Test func rebuildsTheFindersTopicsWithoutAnyText() throws {
        let subjects = Examples.subjects(seed: 5, count: 120)
        let maker = SketchMaker(key: 7)
        var finder = TopicFinder(maker: maker)
        var events: [TopicBookEvent] = []
        for (number, subject) in subjects.enumerated() {
            let placement = finder.place(maker.sketch(subject: subject, detail: ""), position: Int64(number))
            try apply(.record(placement, person: nil, method: TopicFinder.method), &events)
        }
        let rebuilt = state(events)
        for number in subjects.indices {
            #expect(rebuilt.topic(of: Int64(number)) == finder.topic(ofDemand: number).map(TopicID.founded))
        }
    }
}
