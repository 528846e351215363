import JSONText

/// Which demand is in which topic now, and how that came about.
///
/// Two layers: the links as finders made them, which nothing changes, and the operations done since. Undoing an operation
/// leaves it out; what is seen then is exactly what would be seen without it.
package struct TopicBookState: Sendable, Equatable {
    /// In the order recorded.
    package private(set) var links: [TopicLink] = []
    /// In the order done; those undone stay.
    package private(set) var operations: [TopicOperation] = []
    /// By number of the operation: the operation that undid it.
    package private(set) var undoneBy: [Int: Int] = [:]
    private var undoings = 0
    /// Indices of `links`.
    private var index: [Int64: Int] = [:]
    private var founded: Set<TopicID> = []
    private var layer = Layer()

    /// All that operations say, folded.
    private struct Layer: Sendable, Equatable {
        var successors: [TopicID: TopicID] = [:]
        /// Where a reviewer put a demand.
        var homes: [Int64: TopicID] = [:]
        var titles: [TopicID: TopicTitle] = [:]
        var split: Set<TopicID> = []

        mutating func apply(_ operation: TopicOperation) {
            switch operation.change {
            case .joined(let from, let into, _, _, _): successors[from] = into
            case .merged(let from, let into): for topic in from { successors[topic] = into }
            case .split(_, let demands):
                let topic = TopicID.split(operation.number)
                split.insert(topic)
                for demand in demands { homes[demand] = topic }
            case .moved(let demand, let to): homes[demand] = to
            case .renamed(let topic, let title): titles[topic] = TopicTitle(text: title, isApproved: false)
            case .titleApproved(let topic, let title): titles[topic] = TopicTitle(text: title, isApproved: true)
            }
        }
    }

    /// What the operations that stand come to.
    package struct Standing: Sendable {
        /// Topics that are part of another one, in ascending order, each with the one that stands.
        package let successors: [(topic: String, present: String)]
        /// Demands that a reviewer put into a topic, whatever became of that topic since; in ascending order.
        package let moves: [(position: Int64, topic: String)]
        package let titles: [(topic: String, title: TopicTitle)]
    }

    package var standing: Standing {
        Standing(
            successors: layer.successors.keys.sorted().map { ($0.description, present($0).description) },
            moves: layer.homes.sorted { $0.key < $1.key }.map { ($0.key, $0.value.description) },
            titles: layer.titles.sorted { $0.key < $1.key }.map { ($0.key.description, $0.value) }
        )
    }

    /// The number that the next operation gets.
    package var nextOperation: Int { operations.count + undoings + 1 }

    /// Whether there is such a topic, ended or not.
    package func knows(_ topic: TopicID) -> Bool { founded.contains(topic) || layer.split.contains(topic) }

    /// The topic that this one is part of now; itself while it stands.
    package func present(_ topic: TopicID) -> TopicID {
        var topic = topic
        // Ends: only a standing topic is merged, and only into a standing one.
        while let next = layer.successors[topic] { topic = next }
        return topic
    }

    /// The link as the finder made it.
    package func link(of demand: Int64) -> TopicLink? { index[demand].map { links[$0] } }

    /// The topic that holds the demand now.
    package func topic(of demand: Int64) -> TopicID? {
        link(of: demand).map { present(layer.homes[demand] ?? $0.topic) }
    }

    /// The title of a standing topic.
    package func title(of topic: TopicID) -> TopicTitle? { layer.titles[topic] }

    /// The demands of each standing topic, topics and demands in ascending order.
    package func members() -> [(topic: TopicID, demands: [Int64])] {
        var members: [TopicID: [Int64]] = [:]
        for link in links {
            members[present(layer.homes[link.demand] ?? link.topic), default: []].append(link.demand)
        }
        return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
    }

    /// How many different known persons speak in a topic: a person of several of its demands counts once, before and after
    /// a merge.
    package func people(in topic: TopicID) -> Int {
        var people: Set<[UInt8]> = []
        for link in links {
            guard let person = link.person, self.topic(of: link.demand) == topic else { continue }
            people.insert(Array(person.utf8))
        }
        return people.count
    }

    /// What is seen: topics, their demands, titles; equal states of affairs give equal bytes.
    package var seen: [UInt8] {
        JSONWriter.array { json in
            for (topic, demands) in members() {
                json.object { json in
                    json.field("topic", topic.description)
                    json.field("title", ifPresent: title(of: topic)?.text)
                    json.field("isApproved", ifPresent: title(of: topic)?.isApproved)
                    json.array("demands", of: demands) { json, demand in json.value(Int(demand)) }
                }
            }
        }
    }

    /// The operation of that number; nil when there is none, or it is itself an undoing.
    func operation(_ number: Int) -> TopicOperation? { operations.first { $0.number == number } }

    /// Later operations, still standing, that need what this one made.
    func dependents(on operation: TopicOperation) -> [Int] {
        let made = TopicID.split(operation.number)
        guard case .split = operation.change else { return [] }
        return operations.filter { undoneBy[$0.number] == nil && $0.change.topics.contains(made) }.map(\.number)
    }

    /// Takes in where a finder placed a demand; a second time changes nothing.
    ///
    /// Links are in the streams of their messages: whoever has a command decided takes in those that it is about.
    package mutating func know(_ link: TopicLink) {
        guard index[link.demand] == nil else { return }
        index[link.demand] = links.count
        links.append(link)
        founded.insert(link.topic)
    }

    mutating func evolve(_ event: TopicBookEvent) {
        switch event {
        case .operation(let operation):
            operations.append(operation)
            layer.apply(operation)
        case .undone(let event):
            undoneBy[event.undoes] = event.operation
            undoings += 1
            layer = Layer()
            for operation in operations where undoneBy[operation.number] == nil { layer.apply(operation) }
        }
    }
}

/// A topic's title; shown beyond reviewers once it is approved.
package struct TopicTitle: Sendable, Equatable {
    package let text: String
    package let isApproved: Bool
}
