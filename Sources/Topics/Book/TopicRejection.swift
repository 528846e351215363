import EventSourcing

/// What the domain refuses about topics.
package enum TopicRejection: Rejection, Equatable {
    case unknownTopic(TopicID)
    /// It was merged: it takes no change any more.
    case ended(TopicID, into: TopicID)
    case unknownDemand(Int64)
    case notInTopic(Int64, TopicID)
    case nothingToMerge
    case mergesIntoItself(TopicID)
    /// None of its demands, or all of them.
    case splitsNothing(TopicID)
    case badTitle
    case unknownOperation(Int)
    /// Others stand on it.
    case laterOperations(Int, [Int])

    package var code: String {
        switch self {
        case .unknownTopic: "unknown-topic"
        case .ended: "topic-ended"
        case .unknownDemand: "unknown-demand"
        case .notInTopic: "not-in-topic"
        case .nothingToMerge: "nothing-to-merge"
        case .mergesIntoItself: "merges-into-itself"
        case .splitsNothing: "splits-nothing"
        case .badTitle: "bad-title"
        case .unknownOperation: "unknown-operation"
        case .laterOperations: "later-operations"
        }
    }

    package var detail: String {
        switch self {
        case .unknownTopic(let topic): "there is no topic \(topic)"
        case .ended(let topic, let into): "topic \(topic) was merged into \(into); change that one instead"
        case .unknownDemand(let demand): "demand \(demand) is in no topic"
        case .notInTopic(let demand, let topic): "demand \(demand) is not in topic \(topic); nothing was split off"
        case .nothingToMerge: "name at least one topic to merge"
        case .mergesIntoItself(let topic): "topic \(topic) cannot be merged into itself"
        case .splitsNothing(let topic): "name some of the demands of topic \(topic), but not all of them"
        case .badTitle: "a title is 1 to \(TopicBook.longestTitle) characters without control characters"
        case .unknownOperation(let number): "there is no operation \(number) that can be undone"
        case .laterOperations(let number, let later):
            "operation \(number) made a topic that later ones need; undo those first: "
                + later.map(String.init).joined(separator: ", ")
        }
    }

    package var isStateConflict: Bool {
        switch self {
        case .ended, .notInTopic, .splitsNothing, .laterOperations: true
        case .unknownTopic, .unknownDemand, .nothingToMerge, .mergesIntoItself, .badTitle, .unknownOperation: false
        }
    }
}
