import EventSourcing

/// The tenant's topics: what finders recorded, and what reviewers made of it.
package enum TopicBook: Decider {
    package enum Command: Sendable {
        /// The topics that a finder saw to be one when it placed a demand; again for the same demand it changes nothing.
        ///
        /// Joins of topics that a reviewer has put together already change nothing either.
        case join([Placement.Join], because: Int64, method: String)
        /// The demands of several topics become one topic's.
        case merge([TopicID], into: TopicID)
        /// Some demands of a topic become a topic of their own.
        case split(TopicID, demands: [Int64])
        case move(Int64, to: TopicID)
        case rename(TopicID, title: String)
        /// The title is shown to everybody from now on.
        case approveTitle(TopicID, title: String)
        /// An operation, also a finder's join, counts as if it had never been done.
        case undo(Int)
    }

    /// Of the one stream that each tenant has.
    package static let streamType = "topics"

    /// Longest title, in Unicode scalars.
    package static let longestTitle = 120

    package static var initialState: TopicBookState { TopicBookState() }

    package static func evolve(_ state: inout TopicBookState, _ event: TopicBookEvent) { state.evolve(event) }

    package static func decide(
        _ command: Command,
        _ state: TopicBookState
    ) throws(TopicRejection) -> [TopicBookEvent] {
        switch command {
        case .join(let joins, let demand, let method): return join(joins, demand, method, state)
        case .merge(let from, let into):
            var sources: [TopicID] = []
            for topic in from.sorted() where sources.last != topic {
                try requireStanding(topic, state)
                sources.append(topic)
            }
            try requireStanding(into, state)
            guard !sources.isEmpty else { throw .nothingToMerge }
            guard !sources.contains(into) else { throw .mergesIntoItself(into) }
            return [operation(.merged(sources, into: into), state)]
        case .split(let topic, let demands):
            try requireStanding(topic, state)
            let wanted = Set(demands).sorted()
            for demand in wanted where state.topic(of: demand) != topic { throw .notInTopic(demand, topic) }
            let members = state.links.count { state.topic(of: $0.demand) == topic }
            guard !wanted.isEmpty, wanted.count < members else { throw .splitsNothing(topic) }
            return [operation(.split(topic, demands: wanted), state)]
        case .move(let demand, let to):
            guard let home = state.topic(of: demand) else { throw .unknownDemand(demand) }
            try requireStanding(to, state)
            return home == to ? [] : [operation(.moved(demand, to: to), state)]
        case .rename(let topic, let title):
            try requireStanding(topic, state)
            try requireTitle(title)
            if state.title(of: topic)?.text == title { return [] }
            return [operation(.renamed(topic, title: title), state)]
        case .approveTitle(let topic, let title):
            try requireStanding(topic, state)
            try requireTitle(title)
            if state.title(of: topic) == TopicTitle(text: title, isApproved: true) { return [] }
            return [operation(.titleApproved(topic, title: title), state)]
        case .undo(let number):
            guard let operation = state.operation(number) else { throw .unknownOperation(number) }
            if state.undoneBy[number] != nil { return [] }
            let dependents = state.dependents(on: operation)
            guard dependents.isEmpty else { throw .laterOperations(number, dependents) }
            return [.undone(TopicOperationUndone(operation: state.nextOperation, undoes: number))]
        }
    }

    /// Joins that were made before, and undone since, are not made again.
    private static func join(
        _ joins: [Placement.Join],
        _ demand: Int64,
        _ method: String,
        _ state: TopicBookState
    ) -> [TopicBookEvent] {
        let isKnown = state.operations.contains { operation in
            if case .joined(_, _, demand, method, _) = operation.change { true } else { false }
        }
        guard !isKnown else { return [] }
        var events: [TopicBookEvent] = []
        // What the joins before this one changed; the state itself is too large to be copied for it.
        var joined: [TopicID: TopicID] = [:]
        func present(_ topic: TopicID) -> TopicID {
            var topic = state.present(topic)
            while let next = joined[topic] { topic = next }
            return topic
        }
        for join in joins {
            let from = present(.founded(join.from))
            let into = present(.founded(join.into))
            guard from != into else { continue }
            joined[from] = into
            let change = TopicOperation.Change.joined(
                from,
                into: into,
                because: demand,
                method: method,
                confidence: tenThousandths(join.confidence)
            )
            events.append(.operation(TopicOperation(number: state.nextOperation + events.count, change: change)))
        }
        return events
    }

    private static func tenThousandths(_ share: Double) -> Int { Int((min(1, max(0, share)) * 10_000).rounded()) }

    private static func operation(_ change: TopicOperation.Change, _ state: TopicBookState) -> TopicBookEvent {
        .operation(TopicOperation(number: state.nextOperation, change: change))
    }

    private static func requireStanding(_ topic: TopicID, _ state: TopicBookState) throws(TopicRejection) {
        guard state.knows(topic) else { throw .unknownTopic(topic) }
        let present = state.present(topic)
        guard present == topic else { throw .ended(topic, into: present) }
    }

    private static func requireTitle(_ title: String) throws(TopicRejection) {
        let isText = title.unicodeScalars.contains { !$0.properties.isWhitespace }
        let hasControl = title.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard isText, !hasControl, title.unicodeScalars.count <= longestTitle else { throw .badTitle }
    }
}
