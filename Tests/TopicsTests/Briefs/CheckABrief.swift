import Demands
import EventSourcing
import Foundation
import Testing

@testable import Topics

@Suite struct CheckABrief {
    @Test func countsTheAnswersOfSupporters() throws {
        var pages = try BriefPages.checking()
        try pages.apply(.answer(.yes, message: 1, person: 1), .answer(.partly, message: 2), .answer(.yes, message: 3))
        #expect(BriefChecked.Answer.allCases.map { pages.state.count($0) } == [2, 1, 0])
        #expect(pages.events.last == .checked(BriefChecked(answer: .yes, wording: 1, message: .number(3), person: nil)))
    }

    @Test func aPersonAnswersOnceWhateverMessageTheyComeWith() throws {
        var pages = try BriefPages.checking()
        try pages.apply(.answer(.yes, message: 1, person: 1), .answer(.no, message: 2))
        #expect(pages.refusal(.answer(.no, message: 9, person: 1)) == .alreadyAnswered)
        #expect(pages.refusal(.answer(.yes, message: 2)) == .alreadyAnswered)
        // A message that became a person's meanwhile.
        #expect(pages.refusal(.answer(.yes, message: 2, person: 7)) == .alreadyAnswered)
        #expect(pages.refusal(.answer(.no, message: 9, person: 2)) == nil)
    }

    @Test func strangersAreRefused() throws {
        let pages = try BriefPages.checking()
        #expect(pages.refusal(.answer(.yes, message: 1, isSupporter: false)) == .stranger)
    }

    @Test func onlyWhileItIsBeforeItsSupporters() throws {
        var pages = BriefPages()
        try pages.apply(.draft(.example()))
        #expect(pages.refusal(.answer(.yes, message: 1)) == .notPutToSupporters)
        try pages.apply(.putToSupporters)
        #expect(pages.refusal(.putToSupporters) == .alreadyPutToSupporters)
        try pages.apply(.deliver(.example, now: .day(3)))
        #expect(pages.refusal(.answer(.yes, message: 1)) == .checkClosed)
        #expect(pages.refusal(.putToSupporters) == .alreadyDelivered)
        try pages.apply(.outcome(.adopted))
        #expect(pages.refusal(.answer(.yes, message: 1)) == .checkClosed)
    }

    /// Who said yes said it to other words.
    @Test func aNewWordingIsAnsweredAnew() throws {
        var pages = try BriefPages.checking()
        try pages.apply(.answer(.partly, message: 1, person: 1), .reword(title: .example(3), text: nil))
        #expect(pages.state.status == .draft && pages.state.checks == [])
        #expect(pages.refusal(.answer(.yes, message: 1, person: 1)) == .notPutToSupporters)
        #expect(pages.refusal(.deliver(.example, now: .day(3))) == .notPutToSupporters)
        try pages.apply(.putToSupporters, .answer(.yes, message: 1, person: 1))
        #expect(BriefChecked.Answer.allCases.map { pages.state.count($0) } == [1, 0, 0])
        #expect(pages.state.checks.map(\.wording) == [2])
    }
}
