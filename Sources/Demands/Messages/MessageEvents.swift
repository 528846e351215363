import EventSourcing
import Foundation
import JSONText

/// What can happen to a message (a feedback, or a response to a survey) and to the demands that it voices.
package enum MessageEvent: EventPayload, Equatable {
    case received(FeedbackReceived)
    case responded(ResponseSubmitted)
    case amended(FeedbackAmended)
    case added(AdditionReceived)
    case demandOpened(DemandOpened)
    case demandCategorised(DemandCategorised)
    case demandKindSet(DemandKindSet)
    case demandJudged(DemandJudged)
    case demandLinked(DemandLinked)
    case demandGroupsSet(DemandGroupsSet)
    case demandPlaceSet(DemandPlaceSet)
    case demandNarrowed(DemandNarrowed)
    case demandRejoined(DemandRejoined)
    /// On its way to an answer.
    case handled(HandlingEvent)
    case withdrawn(MessageWithdrawn)
    case forgotten(MessageForgotten)

    /// Stored names: never renamed.
    package enum Name {
        package static let received = "FeedbackReceived"
        package static let responded = "ResponseSubmitted"
        package static let amended = "FeedbackAmended"
        package static let added = "AdditionReceived"
        package static let demandOpened = "DemandOpened"
        package static let demandCategorised = "DemandCategorised"
        package static let demandKindSet = "DemandKindSet"
        package static let demandJudged = "DemandJudged"
        package static let demandLinked = "DemandLinked"
        package static let demandGroupsSet = "DemandGroupsSet"
        package static let demandPlaceSet = "DemandPlaceSet"
        package static let demandNarrowed = "DemandNarrowed"
        package static let demandRejoined = "DemandRejoined"
        /// Of responses too: the name is older than they are.
        package static let withdrawn = "FeedbackWithdrawn"
        package static let forgotten = "MessageForgotten"
        /// But for those of `HandlingEvent`.
        package static let all: Set<String> = [
            received, responded, amended, added, demandOpened, demandCategorised, demandKindSet, demandJudged,
            demandLinked,
            demandGroupsSet,
            demandPlaceSet, demandNarrowed, demandRejoined, withdrawn, forgotten,
        ]
    }

    package static let types = Name.all.union(HandlingEvent.Name.all)

    /// Types that say that the words of their stream are gone on purpose.
    package static var forgettingTypes: [String] { [Name.forgotten] }

    /// Where the message came from, if this event opens one.
    package var coordinates: MessageCoordinates? {
        switch self {
        case .received(let received): received.coordinates
        case .responded(let response): response.coordinates
        default: nil
        }
    }
}

/// Who spoke, where, by which way, for whom: what a message and its demands are counted by.
package struct MessageCoordinates: Sendable, Equatable {
    package var channel: String
    /// The system that it came from; nil for the tenant's own form.
    package var source: String?
    /// As the sender gave it; nil when nobody said, then the time of recording counts.
    package var occurredAt: Timestamp?
    package var organization: String?
    /// A place's code or name, or words that no place is registered for.
    package var place: String?
    package var groups: [GroupLink]
    package var language: String?
    /// Likes, signatures: kept beside people, never added to them.
    package var reportedSupport: Int
    /// A random token; its map to (source, personRef) is in the vault. Nil: unidentified.
    package var person: UUID?

    package init(
        channel: String,
        source: String? = nil,
        occurredAt: Timestamp? = nil,
        organization: String? = nil,
        place: String? = nil,
        groups: [GroupLink] = [],
        language: String? = nil,
        reportedSupport: Int = 0,
        person: UUID? = nil
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
    }
}

/// A message came in. Coordinates only: its words and its sender's id lie in the vault.
package struct FeedbackReceived: Sendable, Equatable {
    package var coordinates: MessageCoordinates
    package var text: PassageLink
    package var subject: PassageLink?

    package init(coordinates: MessageCoordinates, text: PassageLink, subject: PassageLink? = nil) {
        self.coordinates = coordinates
        self.text = text
        self.subject = subject
    }
}

/// One person's answers to one version of a survey.
package struct ResponseSubmitted: Sendable, Equatable {
    package var survey: UUID
    /// Of the questionnaire; from 1.
    package var surveyVersion: Int
    package var coordinates: MessageCoordinates
    /// In the order of the questions; unanswered ones are absent.
    package var answers: [Answer]

    package init(survey: UUID, surveyVersion: Int, coordinates: MessageCoordinates, answers: [Answer]) {
        self.survey = survey
        self.surveyVersion = surveyVersion
        self.coordinates = coordinates
        self.answers = answers
    }

    package struct Answer: Sendable, Equatable {
        /// The question's code.
        package var question: String
        package var value: Value

        package init(question: String, value: Value) {
            self.question = question
            self.value = value
        }
    }

    package enum Value: Sendable, Equatable {
        /// Codes of options, in the survey's order; one for a single choice.
        case options([String])
        case scale(Int)
        case text(PassageLink)
    }
}

/// The person who spoke added something to it.
package struct AdditionReceived: Sendable, Equatable {
    package var text: PassageLink

    package init(text: PassageLink) {
        self.text = text
    }
}

/// A message names a group.
package struct GroupLink: Sendable, Equatable {
    /// A registered group's code or name, or words that no group is registered for.
    package var name: String
    package var ties: [Tie]
    /// Who said so: `self`, `collector`, `survey`, `reviewer`.
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
    /// The passage that words it; nil: the message's text.
    package var passage: Int16?
    /// The parts of the passage that word it; nil: all of it.
    package var spans: [Span]?
    /// The demand that it was divided from; nil: it came with the message.
    package var dividedFrom: Int16?
    /// The organization that it speaks against: neither that nor one below it may read it.
    package var against: String?
    /// As whoever sent it says.
    package var isUrgent: Bool

    package init(
        demand: Int16,
        kind: DemandKind? = nil,
        passage: Int16? = nil,
        spans: [Span]? = nil,
        dividedFrom: Int16? = nil,
        against: String? = nil,
        isUrgent: Bool = false
    ) {
        self.against = against
        self.isUrgent = isUrgent
        self.demand = demand
        self.kind = kind
        self.passage = passage
        self.spans = spans
        self.dividedFrom = dividedFrom
    }
}

/// A demand got a category, from `method`; a later one takes the place of an earlier one, history stays.
package struct DemandCategorised: Sendable, Equatable {
    package var demand: Int16
    package var category: String
    package var method: ClassificationMethod
    /// Of what the method worked with: the taxonomy whose keywords matched, or which says where the demand goes; the
    /// model's number. Nil where nothing has versions.
    package var methodVersion: Int?
    /// How sure a model was; nil for other methods.
    package var confidence: Confidence?
    /// What a version of the taxonomy did not say itself, but carried over; nil for other methods.
    package var carried: CarriedCategory?

    package init(
        demand: Int16,
        category: String,
        method: ClassificationMethod,
        methodVersion: Int? = nil,
        confidence: Confidence? = nil,
        carried: CarriedCategory? = nil
    ) {
        self.demand = demand
        self.category = category
        self.method = method
        self.methodVersion = methodVersion
        self.confidence = confidence
        self.carried = carried
    }
}

/// A reviewer, the collector or a model said what a demand asks for.
package struct DemandKindSet: Sendable, Equatable {
    package var demand: Int16
    /// Nil takes an earlier kind back.
    package var kind: DemandKind?
    package var method: ClassificationMethod
    /// As in `DemandCategorised`, both.
    package var methodVersion: Int?
    package var confidence: Confidence?

    package init(
        demand: Int16,
        kind: DemandKind?,
        method: ClassificationMethod,
        methodVersion: Int? = nil,
        confidence: Confidence? = nil
    ) {
        self.demand = demand
        self.kind = kind
        self.method = method
        self.methodVersion = methodVersion
        self.confidence = confidence
    }
}

/// A reviewer said whose demand it is: all its groups, in place of those it had.
package struct DemandGroupsSet: Sendable, Equatable {
    package var demand: Int16
    package var groups: [GroupLink]
    package var method: ClassificationMethod

    package init(demand: Int16, groups: [GroupLink], method: ClassificationMethod) {
        self.demand = demand
        self.groups = groups
        self.method = method
    }
}

/// A reviewer said where a demand belongs.
package struct DemandPlaceSet: Sendable, Equatable {
    package var demand: Int16
    /// Nil takes an earlier place back.
    package var place: String?
    package var method: ClassificationMethod

    package init(demand: Int16, place: String?, method: ClassificationMethod) {
        self.demand = demand
        self.place = place
        self.method = method
    }
}

/// The message and its demands count no longer, from this position on.
package struct MessageWithdrawn: Sendable, Equatable {
    /// Who withdrew it: `person`, `collector`.
    package var by: String

    package init(by: String) {
        self.by = by
    }
}

/// The words of the message, and how it came in, were deleted from the vault. It counts as before.
package struct MessageForgotten: Sendable, Equatable {
    /// What was asked to be forgotten: `message`, or the `person` who sent it.
    package var scope: String

    package init(scope: String) {
        self.scope = scope
    }
}
