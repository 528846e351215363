import Demands
import EventSourcing
import Foundation
import Testing

@testable import Topics

@Suite struct DraftABrief {
    private typealias Named = DraftBrief.Named

    private func refusal(_ topics: [Named]) -> BriefRejection? {
        BriefPages().refusal(.draft(.example(topics)))
    }

    @Test func keepsTheCountsOfItsTopicsInOrder() throws {
        var more = BriefCounts.example
        more.people = 4
        var pages = BriefPages()
        try pages.apply(
            .draft(.example([Named(.split(2), .counted(more)), Named(.founded(17), .counted(.example))]))
        )
        guard case .drafted(let drafted)? = pages.events.first else {
            Issue.record("\(pages.events)")
            return
        }
        #expect(drafted.topics.map(\.topic) == [.founded(17), .split(2)])
        #expect(drafted.topics.map(\.counts.people) == [5, 4])
        #expect(drafted.position == 90 && drafted.all == .example && drafted.organization == "union")
        #expect(pages.state.status == .draft && pages.state.wording == 1 && pages.state.lastPassage == 2)
    }

    @Test func refusesTopicsThatItCannotBeOf() {
        let counted = Named.Standing.counted(.example)
        #expect(refusal([]) == .noTopic)
        #expect(refusal([Named(.founded(3), .unknown)]) == .unknownTopic(.founded(3)))
        #expect(
            refusal([Named(.founded(1), counted), Named(.founded(3), .ended(into: .founded(1)))])
                == .topicEnded(.founded(3), into: .founded(1))
        )
        #expect(refusal([Named(.split(3), counted), Named(.split(3), counted)]) == .topicTwice(.split(3)))
        let many = (1...21).map { Named(.founded($0), counted) }
        #expect(refusal(many) == .tooManyTopics)
        #expect(refusal(Array(many.dropLast())) == nil)
    }

    @Test func isDraftedOnce() throws {
        var pages = BriefPages()
        #expect(pages.refusal(.putToSupporters) == .unknownBrief)
        try pages.apply(.draft(.example()))
        #expect(pages.refusal(.draft(.example())) == .exists)
    }

    @Test func isRewordedUntilItIsDelivered() throws {
        var pages = BriefPages()
        try pages.apply(.draft(.example()), .reword(title: nil, text: .example(3)))
        #expect(pages.state.title == .example(1) && pages.state.text == .example(3))
        #expect(pages.state.wording == 2 && pages.state.lastPassage == 3)
        #expect(pages.refusal(.reword(title: nil, text: nil)) == .nothingToReword)
        #expect(try BriefPages.delivered().refusal(.reword(title: .example(5), text: nil)) == .alreadyDelivered)
    }

    @Test func isNotRewordedWithoutEnd() throws {
        var pages = BriefPages()
        try pages.apply(.draft(.example()))
        for number in 2...1_000 {
            pages.events.append(.reworded(BriefReworded(wording: number, title: .example(3), text: nil)))
        }
        #expect(pages.state.wording == 1_000)
        #expect(pages.refusal(.reword(title: .example(3), text: nil)) == .tooManyWordings)
    }
}
