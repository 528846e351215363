import Demands
import EventSourcing
import Foundation

/// What can happen to a brief.
package enum BriefEvent: EventPayload, Equatable {
    case drafted(BriefDrafted)
    case reworded(BriefReworded)
    /// Whoever stands behind its topics may read it from now on, and say whether it says what they mean.
    case putToSupporters
    case checked(BriefChecked)
    case delivered(BriefDelivered)
    case outcomeRecorded(BriefOutcomeRecorded)
    case dropped(BriefDropped)

    /// Stored names: never renamed.
    package enum Name {
        package static let drafted = "BriefDrafted"
        package static let reworded = "BriefReworded"
        package static let putToSupporters = "BriefPutToSupporters"
        package static let checked = "BriefChecked"
        package static let delivered = "BriefDelivered"
        package static let outcomeRecorded = "BriefOutcomeRecorded"
        package static let dropped = "BriefDropped"
        package static let all: Set<String> = [
            drafted, reworded, putToSupporters, checked, delivered, outcomeRecorded, dropped,
        ]
    }

    package static var types: Set<String> { Name.all }
}

/// An organization worded what people ask for; the words are passages of the brief's stream.
package struct BriefDrafted: Sendable, Equatable {
    /// Whose brief it is.
    package var organization: String
    package var title: PassageLink
    package var text: PassageLink
    /// In order of their names; at least one.
    package var topics: [BriefTopic]
    /// Of all its topics together: each person once.
    package var all: BriefCounts
    /// The last position that the counts contain, and the projector's version: same coordinates, same numbers.
    package var position: Position
    package var projectorVersion: Int
    /// The organization whose demands alone were counted; nil: those of the whole tenant.
    package var countedOf: String?

    package init(
        organization: String,
        title: PassageLink,
        text: PassageLink,
        topics: [BriefTopic],
        all: BriefCounts,
        position: Position,
        projectorVersion: Int,
        countedOf: String? = nil
    ) {
        self.organization = organization
        self.title = title
        self.text = text
        self.topics = topics
        self.all = all
        self.position = position
        self.projectorVersion = projectorVersion
        self.countedOf = countedOf
    }
}

/// The brief says it in other words; answers to the words before count no longer.
package struct BriefReworded: Sendable, Equatable {
    /// Its number; the draft's is 1.
    package var wording: Int
    /// Nil: as it was.
    package var title: PassageLink?
    /// Nil: as it was.
    package var text: PassageLink?

    package init(wording: Int, title: PassageLink?, text: PassageLink?) {
        self.wording = wording
        self.title = title
        self.text = text
    }
}

/// Somebody who stands behind one of its topics says whether the brief says what they mean.
package struct BriefChecked: Sendable, Equatable {
    package enum Answer: String, Sendable, CaseIterable {
        case yes
        case partly
        case no
    }

    package var answer: Answer
    /// The number of the wording that was answered to.
    package var wording: Int
    /// The message whose tracking code it came with.
    package var message: UUID
    /// The person's random token; nil: unidentified.
    package var person: UUID?

    package init(answer: Answer, wording: Int, message: UUID, person: UUID?) {
        self.answer = answer
        self.wording = wording
        self.message = message
        self.person = person
    }
}

/// It went to whoever decides.
package struct BriefDelivered: Sendable, Equatable {
    package enum Recipient: Sendable, Equatable {
        /// A registered organization, by its code.
        case organization(String)
        /// Named in words, which are a passage.
        case named(PassageLink)
    }

    package var recipient: Recipient
    package var deliveredAt: Timestamp

    package init(recipient: Recipient, deliveredAt: Timestamp) {
        self.recipient = recipient
        self.deliveredAt = deliveredAt
    }
}

/// What whoever decides made of it.
package struct BriefOutcomeRecorded: Sendable, Equatable {
    package enum Outcome: String, Sendable, CaseIterable {
        case adopted
        case partlyAdopted = "partly_adopted"
        /// Handed on to somebody else.
        case referred
        case declined
        case noAnswer = "no_answer"

        /// Whether another outcome may follow: who was asked in vain, or handed it on, may still decide.
        package var isOpen: Bool { self == .referred || self == .noAnswer }
    }

    package var outcome: Outcome
    /// What was answered, as a passage; nil: nothing is to be added.
    package var words: PassageLink?
    package var decidedAt: Timestamp

    package init(outcome: Outcome, words: PassageLink?, decidedAt: Timestamp) {
        self.outcome = outcome
        self.words = words
        self.decidedAt = decidedAt
    }
}

/// It is not pursued; the reason is a passage.
package struct BriefDropped: Sendable, Equatable {
    package var reason: PassageLink

    package init(reason: PassageLink) {
        self.reason = reason
    }
}
