import Demands
import EventSourcing
import Foundation

/// What an organization says to whoever decides, out of topics: drafted, checked by those behind the topics, delivered,
/// answered.
package enum Brief: Decider {
    /// One stream a brief.
    package static let streamType = "brief"

    /// Most topics of one brief.
    package static let maximumTopics = 20
    /// Most wordings: each brings passages, numbered in 16 bits.
    package static let maximumWordings = 1_000

    package enum Command: Sendable {
        case draft(DraftBrief)
        /// Nil: as it was. A brief that was put to its supporters is a draft again.
        case reword(title: PassageLink?, text: PassageLink?)
        case putToSupporters
        case check(CheckBrief)
        case deliver(BriefDelivered, now: Timestamp)
        case recordOutcome(BriefOutcomeRecorded, now: Timestamp)
        case drop(reason: PassageLink)
    }

    package static var initialState: BriefState { BriefState() }

    package static func evolve(_ state: inout BriefState, _ event: BriefEvent) { state.evolve(event) }

    package static func decide(
        _ command: Command,
        _ state: BriefState
    ) throws(BriefRejection) -> [BriefEvent] {
        if case .draft(let draft) = command { return [.drafted(try drafted(draft, state))] }
        guard let status = state.status else { throw .unknownBrief }
        if status == .dropped { throw .dropped }
        switch command {
        case .draft: return []
        case .reword(let title, let text):
            try requireBeforeDelivery(status)
            guard title != nil || text != nil else { throw .nothingToReword }
            guard state.wording < maximumWordings else { throw .tooManyWordings }
            return [.reworded(BriefReworded(wording: state.wording + 1, title: title, text: text))]
        case .putToSupporters:
            try requireBeforeDelivery(status)
            guard status == .draft else { throw .alreadyPutToSupporters }
            return [.putToSupporters]
        case .check(let check):
            switch status {
            case .draft: throw .notPutToSupporters
            case .delivered, .decided: throw .checkClosed
            case .checking, .dropped: break
            }
            guard check.isSupporter else { throw .stranger }
            guard !state.hasAnswered(check) else { throw .alreadyAnswered }
            return [
                .checked(
                    BriefChecked(
                        answer: check.answer,
                        wording: state.wording,
                        message: check.message,
                        person: check.person
                    )
                )
            ]
        case .deliver(let delivery, let now):
            try requireBeforeDelivery(status)
            guard status == .checking else { throw .notPutToSupporters }
            guard delivery.deliveredAt <= now else { throw .inTheFuture }
            return [.delivered(delivery)]
        case .recordOutcome(let outcome, let now):
            guard let deliveredAt = state.deliveredAt else { throw .notDelivered }
            if let present = state.outcome, !present.isOpen || present == outcome.outcome { throw .decided(present) }
            guard outcome.decidedAt <= now else { throw .inTheFuture }
            guard outcome.decidedAt >= deliveredAt else { throw .beforeDelivery }
            return [.outcomeRecorded(outcome)]
        case .drop(let reason):
            try requireBeforeDelivery(status)
            return [.dropped(BriefDropped(reason: reason))]
        }
    }

    private static func drafted(
        _ draft: DraftBrief,
        _ state: BriefState
    ) throws(BriefRejection) -> BriefDrafted {
        guard state.status == nil else { throw .exists }
        guard !draft.topics.isEmpty else { throw .noTopic }
        guard draft.topics.count <= maximumTopics else { throw .tooManyTopics }
        var topics: [BriefTopic] = []
        for named in draft.topics.sorted(by: { $0.topic < $1.topic }) {
            guard topics.last?.topic != named.topic else { throw .topicTwice(named.topic) }
            switch named.standing {
            case .unknown: throw .unknownTopic(named.topic)
            case .ended(let into): throw .topicEnded(named.topic, into: into)
            case .counted(let counts): topics.append(BriefTopic(topic: named.topic, counts: counts))
            }
        }
        return BriefDrafted(
            organization: draft.organization,
            title: draft.title,
            text: draft.text,
            topics: topics,
            all: draft.all,
            position: draft.position,
            projectorVersion: draft.projectorVersion,
            countedOf: draft.countedOf
        )
    }

    private static func requireBeforeDelivery(_ status: BriefState.Status) throws(BriefRejection) {
        switch status {
        case .delivered, .decided: throw .alreadyDelivered
        case .draft, .checking, .dropped: break
        }
    }
}

/// The wish to draft a brief, with what is known of its topics.
package struct DraftBrief: Sendable {
    /// A topic that the brief is to be of.
    package struct Named: Sendable, Equatable {
        package enum Standing: Sendable, Equatable {
            /// There is none, or none of which the one who drafts may count a demand.
            case unknown
            /// It was merged.
            case ended(into: TopicID)
            case counted(BriefCounts)
        }

        package var topic: TopicID
        package var standing: Standing

        package init(_ topic: TopicID, _ standing: Standing) {
            self.topic = topic
            self.standing = standing
        }
    }

    package var organization: String
    package var title: PassageLink
    package var text: PassageLink
    package var topics: [Named]
    package var all: BriefCounts
    package var position: Position
    package var projectorVersion: Int
    package var countedOf: String?

    package init(
        organization: String,
        title: PassageLink,
        text: PassageLink,
        topics: [Named],
        all: BriefCounts,
        position: Position,
        projectorVersion: Int,
        countedOf: String?
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

/// The wish to say whether a brief says what one means.
package struct CheckBrief: Sendable {
    package var answer: BriefChecked.Answer
    /// The message whose tracking code it comes with.
    package var message: UUID
    /// The person's random token; nil: unidentified.
    package var person: UUID?
    /// Whether whoever sent the message has a standing demand in one of the brief's topics, or supports one.
    package var isSupporter: Bool

    package init(answer: BriefChecked.Answer, message: UUID, person: UUID?, isSupporter: Bool) {
        self.answer = answer
        self.message = message
        self.person = person
        self.isSupporter = isSupporter
    }
}
