import EventSourcing
import Foundation
import Testing

@testable import Topics

@Suite struct KeepTheBook {
    private let a = TopicID.founded(1)
    private let b = TopicID.founded(4)

    /// What is known of a tenant's topics: links out of the messages' streams, events of the book.
    private struct Pages {
        var links: [TopicLink] = []
        var events: [TopicBookEvent] = []

        var state: TopicBookState {
            var state = TopicBook.state(after: events)
            for link in links { state.know(link) }
            return state
        }
    }

    /// Topic t1 of demands 1, 2, 3 by p, q, p, and topic t4 of 4, 5 by p, r.
    private func book() throws -> Pages {
        var pages = Pages()
        for (demand, topic, person) in [(1, 1, "p"), (2, 1, "q"), (3, 1, "p"), (4, 4, "p"), (5, 4, "r")] {
            try place(Examples.placement(Int64(demand), Int64(topic)), by: person, &pages)
        }
        return pages
    }

    /// What a process does with a placement.
    private func place(_ placement: Placement, by person: String? = nil, _ pages: inout Pages) throws {
        if let topic = placement.topic {
            pages.links.append(TopicLink(demand: placement.demand, topic: .founded(topic), person: person))
        }
        try apply(.join(placement.joins, because: placement.demand, method: "m"), &pages)
    }

    private func apply(_ command: TopicBook.Command, _ pages: inout Pages) throws {
        pages.events += try TopicBook.decide(command, pages.state)
    }

    private func state(_ pages: Pages) -> TopicBookState { pages.state }

    private func refused(_ command: TopicBook.Command, _ pages: Pages) -> TopicRejection? {
        do throws(TopicRejection) {
            _ = try TopicBook.decide(command, state(pages))
            return nil
        } catch {
            return error
        }
    }

    @Test func takesInALinkOnce() throws {
        var pages = try book()
        pages.links.append(TopicLink(demand: 2, topic: b, person: "z"))
        #expect(state(pages).link(of: 2) == TopicLink(demand: 2, topic: a, person: "q"))
        #expect(state(pages).links.count == 5)
    }

    @Test func countsPeopleOnceAcrossMergedDemands() throws {
        var pages = try book()
        #expect(state(pages).people(in: a) == 2)
        #expect(state(pages).people(in: b) == 2)
        try apply(.merge([b], into: a), &pages)
        // p, q, r.
        #expect(state(pages).people(in: a) == 3)
        #expect(state(pages).topic(of: 5) == a)
        #expect(state(pages).link(of: 5)?.topic == b)
    }

    @Test func splitsAndMoves() throws {
        var pages = try book()
        try apply(.split(a, demands: [3, 2, 2]), &pages)
        #expect(pages.events.last == .operation(TopicOperation(number: 1, change: .split(a, demands: [2, 3]))))
        #expect(state(pages).topic(of: 2) == .split(1))
        try apply(.move(5, to: .split(1)), &pages)
        #expect(state(pages).members().map(\.demands) == [[1], [4], [2, 3, 5]])
        try apply(.move(5, to: .split(1)), &pages)
        #expect(pages.events.count == 2)
    }

    @Test func showsATitleAsApprovedUntilItIsRenamed() throws {
        var pages = try book()
        try apply(.rename(a, title: "噪音"), &pages)
        #expect(state(pages).title(of: a) == TopicTitle(text: "噪音", isApproved: false))
        try apply(.approveTitle(a, title: "噪音"), &pages)
        #expect(state(pages).title(of: a) == TopicTitle(text: "噪音", isApproved: true))
        try apply(.rename(a, title: "搅拌站"), &pages)
        #expect(state(pages).title(of: a)?.isApproved == false)
    }

    @Test func followsTheFindersJoins() throws {
        var pages = try book()
        let join = Placement.Join(from: 4, into: 1, confidence: 0.5)
        try place(Examples.placement(6, 1, joins: [join]), &pages)
        #expect(pages.events.count == 1)
        #expect(state(pages).topic(of: 4) == a)
        // Read again, or put together by somebody else already: nothing more happens.
        try place(Examples.placement(6, 1, joins: [join]), &pages)
        try place(Examples.placement(7, 1, joins: [join]), &pages)
        #expect(pages.events.count == 1)
        // A later link to the topic that ended counts for the one that it became.
        try place(Examples.placement(8, 4), &pages)
        #expect(state(pages).topic(of: 8) == a)
        try apply(.undo(1), &pages)
        #expect(state(pages).topic(of: 8) == b)
        // What was undone is not done again when the log is read again.
        try place(Examples.placement(6, 1, joins: [join]), &pages)
        #expect(state(pages).topic(of: 8) == b)
    }

    @Test func refusesWhatCannotBe() throws {
        var pages = try book()
        #expect(refused(.merge([.founded(2)], into: a), pages) == .unknownTopic(.founded(2)))
        #expect(refused(.merge([a], into: a), pages) == .mergesIntoItself(a))
        #expect(refused(.merge([], into: a), pages) == .nothingToMerge)
        #expect(refused(.split(a, demands: [4]), pages) == .notInTopic(4, a))
        #expect(refused(.split(a, demands: []), pages) == .splitsNothing(a))
        #expect(refused(.split(a, demands: [1, 2, 3]), pages) == .splitsNothing(a))
        #expect(refused(.move(9, to: a), pages) == .unknownDemand(9))
        #expect(refused(.rename(a, title: " "), pages) == .badTitle)
        #expect(refused(.approveTitle(a, title: "a\nb"), pages) == .badTitle)
        #expect(refused(.rename(a, title: String(repeating: "题", count: 121)), pages) == .badTitle)
        #expect(refused(.undo(1), pages) == .unknownOperation(1))
        try apply(.merge([b], into: a), &pages)
        #expect(refused(.move(1, to: b), pages) == .ended(b, into: a))
        #expect(refused(.merge([b], into: a), pages) == .ended(b, into: a))
    }

    @Test func undoesNoSplitThatLaterOperationsStandOn() throws {
        var pages = try book()
        try apply(.split(a, demands: [3]), &pages)
        try apply(.move(5, to: .split(1)), &pages)
        #expect(refused(.undo(1), pages) == .laterOperations(1, [2]))
        try apply(.undo(2), &pages)
        try apply(.undo(1), &pages)
        #expect(state(pages).seen == state(try book()).seen)
        let count = pages.events.count
        try apply(.undo(1), &pages)
        #expect(pages.events.count == count)
        #expect(refused(.undo(4), pages) == .unknownOperation(4))
    }

    @Test(arguments: 1...12)
    func undoRestoresWhatWasSeenByteForByte(_ seed: UInt64) throws {
        print("seed \(seed)")
        var random = Seeded(state: seed)
        var pages = Pages()
        for demand in 1...30 {
            let topic = demand <= 8 ? demand : Int.random(in: 1...8, using: &random)
            let person = "p\(Int.random(in: 0..<9, using: &random))"
            try place(Examples.placement(Int64(demand), Int64(topic)), by: person, &pages)
        }
        let untouched = pages
        let links = state(pages).links
        var done = 0
        for _ in 0..<60 {
            let before = state(pages)
            guard let command = Self.anyCommand(before, &random) else { continue }
            guard case .operation(let operation)? = try? TopicBook.decide(command, before).last else { continue }
            try apply(command, &pages)
            #expect(state(pages).seen != before.seen)
            var undone = pages
            try apply(.undo(operation.number), &undone)
            #expect(state(undone).seen == before.seen)
            done += 1
        }
        #expect(done > 20)
        #expect(state(pages).links == links)
        // All of it, from the last to the first.
        for operation in state(pages).operations.reversed() { try apply(.undo(operation.number), &pages) }
        #expect(state(pages).seen == state(untouched).seen)
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
        let events =
            [.undone(TopicOperationUndone(operation: 9, undoes: 8))]
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
                == #"{"operation":9,"undoes":8}"#
        )
    }

    @Test func rebuildsTheFindersTopicsWithoutAnyText() throws {
        let subjects = Examples.subjects(seed: 5, count: 120)
        let maker = SketchMaker(key: 7)
        var finder = TopicFinder(maker: maker)
        var pages = Pages()
        for (number, subject) in subjects.enumerated() {
            let placement = finder.place(maker.sketch(subject: subject, detail: ""), position: Int64(number))
            try place(placement, &pages)
        }
        let rebuilt = state(pages)
        for number in subjects.indices {
            #expect(rebuilt.topic(of: Int64(number)) == finder.topic(ofDemand: number).map(TopicID.founded))
        }
    }
}
