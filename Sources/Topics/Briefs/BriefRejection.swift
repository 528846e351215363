import EventSourcing

/// What the domain refuses about a brief.
package enum BriefRejection: Rejection, Equatable {
    case unknownBrief
    case exists
    case noTopic
    case tooManyTopics
    case topicTwice(TopicID)
    case unknownTopic(TopicID)
    /// It was merged.
    case topicEnded(TopicID, into: TopicID)
    case nothingToReword
    case tooManyWordings
    case alreadyPutToSupporters
    case notPutToSupporters
    /// Nobody who stands behind one of its topics.
    case stranger
    case alreadyAnswered
    case checkClosed
    case alreadyDelivered
    case notDelivered
    case decided(BriefOutcomeRecorded.Outcome)
    case inTheFuture
    case beforeDelivery
    case dropped

    package var code: String {
        switch self {
        case .unknownBrief: "unknown-brief"
        case .exists: "brief-exists"
        case .noTopic: "brief-without-topic"
        case .tooManyTopics: "too-many-topics"
        case .topicTwice: "topic-twice"
        case .unknownTopic: "unknown-topic"
        case .topicEnded: "topic-ended"
        case .nothingToReword: "nothing-to-reword"
        case .tooManyWordings: "too-many-wordings"
        case .alreadyPutToSupporters: "already-put-to-supporters"
        case .notPutToSupporters: "not-put-to-supporters"
        case .stranger: "not-a-supporter"
        case .alreadyAnswered: "already-answered"
        case .checkClosed: "check-closed"
        case .alreadyDelivered: "already-delivered"
        case .notDelivered: "not-delivered"
        case .decided: "already-decided"
        case .inTheFuture: "in-the-future"
        case .beforeDelivery: "before-delivery"
        case .dropped: "brief-dropped"
        }
    }

    package var detail: String {
        switch self {
        case .unknownBrief: "there is no such brief"
        case .exists: "a brief with this id was drafted before; it was not changed"
        case .noTopic: "a brief is made of topics: name at least one"
        case .tooManyTopics: "a brief has at most \(Brief.maximumTopics) topics; draft another one for the others"
        case .topicTwice(let topic): "topic \(topic) is named twice; name it once"
        case .unknownTopic(let topic): "there is no topic \(topic) with demands that you may count"
        case .topicEnded(let topic, let into): "topic \(topic) was merged into \(into); name that one instead"
        case .nothingToReword: "name a new title, a new text, or both; nothing was changed"
        case .tooManyWordings: "this brief was worded \(Brief.maximumWordings) times; drop it and draft another one"
        case .alreadyPutToSupporters: "this brief is before its supporters already; nothing was changed"
        case .notPutToSupporters: "this brief is a draft; put it to its supporters first"
        case .stranger:
            "only whoever has a demand in one of the brief's topics, or supports one, can say whether it says what they mean"
        case .alreadyAnswered: "you have answered to this wording already; the first answer counts"
        case .checkClosed: "this brief was delivered; it takes no answers any more"
        case .alreadyDelivered: "this brief was delivered; only its outcome can be recorded now"
        case .notDelivered: "this brief was not delivered yet; an outcome can be recorded after that"
        case .decided(let outcome):
            outcome.isOpen
                ? "the outcome \(outcome.rawValue) is recorded already; another one may follow it"
                : "the outcome \(outcome.rawValue) is recorded; it is final"
        case .inTheFuture: "this lies in the future; record it once it has happened"
        case .beforeDelivery: "an outcome cannot be earlier than the delivery"
        case .dropped: "this brief was dropped; draft another one"
        }
    }

    package var isStateConflict: Bool {
        switch self {
        case .exists, .topicEnded, .tooManyWordings, .alreadyPutToSupporters, .notPutToSupporters, .alreadyAnswered,
            .checkClosed, .alreadyDelivered, .notDelivered, .decided, .dropped:
            true
        case .unknownBrief, .noTopic, .tooManyTopics, .topicTwice, .unknownTopic, .nothingToReword, .stranger,
            .inTheFuture, .beforeDelivery:
            false
        }
    }
}
