import Demands
import EventSourcing
import Foundation

/// What a brief has come to.
package struct BriefState: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable {
        case draft
        /// Those behind its topics are asked whether it says what they mean.
        case checking
        case delivered
        /// Whoever decides has answered, or has not.
        case decided
        case dropped
    }

    /// Nil: there is no such brief.
    package private(set) var status: Status?
    package private(set) var organization = ""
    package private(set) var topics: [BriefTopic] = []
    package private(set) var title: PassageLink?
    package private(set) var text: PassageLink?
    /// Of its words, from 1.
    package private(set) var wording = 0
    /// The highest number of a passage.
    package private(set) var lastPassage: Int16 = 0
    package private(set) var deliveredAt: Timestamp?
    package private(set) var outcome: BriefOutcomeRecorded.Outcome?
    /// Answers to the present wording, in order.
    package private(set) var checks: [BriefChecked] = []
    private var messages: Set<UUID> = []
    private var persons: Set<UUID> = []

    /// How many gave this answer to the present wording.
    package func count(_ answer: BriefChecked.Answer) -> Int { checks.count { $0.answer == answer } }

    /// A person counts once, whichever of their messages they come with.
    func hasAnswered(_ check: CheckBrief) -> Bool {
        messages.contains(check.message) || check.person.map { persons.contains($0) } == true
    }

    mutating func evolve(_ event: BriefEvent) {
        switch event {
        case .drafted(let draft):
            status = .draft
            organization = draft.organization
            topics = draft.topics
            title = draft.title
            text = draft.text
            wording = 1
            note(draft.title, draft.text)
        case .reworded(let words):
            status = .draft
            title = words.title ?? title
            text = words.text ?? text
            wording = words.wording
            note(words.title, words.text)
            checks = []
            messages = []
            persons = []
        case .putToSupporters: status = .checking
        case .checked(let check):
            checks.append(check)
            messages.insert(check.message)
            if let person = check.person { persons.insert(person) }
        case .delivered(let delivery):
            status = .delivered
            deliveredAt = delivery.deliveredAt
            if case .named(let words) = delivery.recipient { note(words) }
        case .outcomeRecorded(let event):
            status = .decided
            outcome = event.outcome
            note(event.words)
        case .dropped(let event):
            status = .dropped
            note(event.reason)
        }
    }

    private mutating func note(_ links: PassageLink?...) {
        for case let link? in links { lastPassage = max(lastPassage, link.number) }
    }
}
