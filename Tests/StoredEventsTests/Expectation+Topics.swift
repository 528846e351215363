import EventSourcing
import Foundation
import Topics

private func operation(_ name: String, _ number: Int, _ change: TopicOperation.Change) -> Expectation {
    .init("topics/\(name).v1", TopicBookEvent.operation(TopicOperation(number: number, change: change)))
}

extension Expectation {
    static let topics: [Expectation] = [
        operation(
            "TopicsJoined",
            1,
            .joined(.founded(40), into: .founded(17), because: 90, method: "topics-1.1", confidence: 8_123)
        ),
        operation("TopicsMerged", 2, .merged([.founded(3), .split(1)], into: .founded(17))),
        operation("TopicSplit", 3, .split(.founded(17), demands: [20, 31])),
        operation("DemandMoved", 4, .moved(20, to: .split(3))),
        operation("TopicRenamed", 5, .renamed(.founded(17), title: "路灯")),
        operation("TopicTitleApproved", 6, .titleApproved(.split(3), title: "Street lamps")),
        .init(
            "topics/TopicSupported.v1.full",
            TopicSupported(
                topic: .founded(17),
                person: UUID(uuidString: "6F0E1D2C-3B4A-4958-8776-655443322110")
            )
        ),
        .init("topics/TopicSupported.v1.bare", TopicSupported(topic: .split(3), person: nil)),
        .init(
            "topics/TopicOperationUndone.v1",
            TopicBookEvent.undone(TopicOperationUndone(operation: 7, undoes: 2))
        ),
    ]
}
