import EventSourcing
import Foundation
import JSONText

/// What can happen to a message that somebody sent, and to the demands that it voices.
package enum FeedbackEvent: EventPayload, Equatable {
    case received(FeedbackReceived)
    case demandOpened(DemandOpened)
    case demandCategorised(DemandCategorised)
    case withdrawn(FeedbackWithdrawn)

    /// Stored names: never renamed.
    package enum Name {
        package static let received = "FeedbackReceived"
        package static let demandOpened = "DemandOpened"
        package static let demandCategorised = "DemandCategorised"
        package static let withdrawn = "FeedbackWithdrawn"
        package static let all: Set<String> = [received, demandOpened, demandCategorised, withdrawn]
    }
}

/// A message came in. Coordinates only: its words and its sender's id lie in the vault.
package struct FeedbackReceived: Sendable, Equatable {
    package var channel: String
    /// The system that it came from; nil for the tenant's own form.
    package var source: String?
    /// As the sender gave it; nil when nobody said, then the time of recording counts.
    package var occurredAt: Timestamp?
    package var organization: String?
    package var place: String?
    package var groups: [GroupLink]
    package var language: String?
    /// Likes, signatures: kept beside people, never added to them.
    package var reportedSupport: Int
    /// A random token; its map to (source, personRef) is in the vault. Nil: unidentified.
    package var person: UUID?
    package var text: PassageLink
    package var subject: PassageLink?

    package init(
        channel: String,
        source: String? = nil,
        occurredAt: Timestamp? = nil,
        organization: String? = nil,
        place: String? = nil,
        groups: [GroupLink] = [],
        language: String? = nil,
        reportedSupport: Int = 0,
        person: UUID? = nil,
        text: PassageLink,
        subject: PassageLink? = nil
    ) {
        self.channel = channel
        self.source = source
        self.occurredAt = occurredAt
        self.organization = organization
        self.place = place
        self.groups = groups
        self.language = language
        self.reportedSupport = reportedSupport
        self.person = person
        self.text = text
        self.subject = subject
    }
}

/// A message names a group.
package struct GroupLink: Sendable, Equatable {
    package var name: String
    package var ties: [Tie]
    /// Who said so: `self`, `collector`, `survey`.
    package var assertedBy: String

    package init(name: String, ties: [Tie], assertedBy: String = "collector") {
        self.name = name
        self.ties = ties
        self.assertedBy = assertedBy
    }
}

/// A passage's number within its stream, and a salted commitment to its words.
package struct PassageLink: Sendable, Equatable {
    package var number: Int16
    /// HMAC-SHA256 under the passage's salt, hexadecimal; proves the words while they are there, says nothing after.
    package var commitment: String

    package init(number: Int16, commitment: String) {
        self.number = number
        self.commitment = commitment
    }
}

/// A want out of the message.
package struct DemandOpened: Sendable, Equatable {
    /// From 1 within its message.
    package var demand: Int16
    /// Nil when nobody said.
    package var kind: DemandKind?

    package init(demand: Int16, kind: DemandKind? = nil) {
        self.demand = demand
        self.kind = kind
    }
}

/// A demand got a category, from `method`; a later one takes the place of an earlier one, history stays.
package struct DemandCategorised: Sendable, Equatable {
    package var demand: Int16
    package var category: String
    package var method: CategoryMethod

    package init(demand: Int16, category: String, method: CategoryMethod) {
        self.demand = demand
        self.category = category
        self.method = method
    }
}

/// The message and its demands count no longer, from this position on.
package struct FeedbackWithdrawn: Sendable, Equatable {
    /// Who withdrew it: `person`, `collector`.
    package var by: String

    package init(by: String) {
        self.by = by
    }
}
