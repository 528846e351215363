import Demands
import EventSourcing
import Foundation
import JSONText

/// What can happen to the topics of a tenant, besides demands being placed in them.
///
/// With these events and the links of the demands (`DemandLinked`), and no text, the topics are rebuilt.
package enum TopicBookEvent: EventPayload, Equatable {
    case operation(TopicOperation)
    case undone(TopicOperationUndone)

    package static let types = TopicOperation.Change.Name.all.union([TopicOperationUndone.name])

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        switch event.type {
        case TopicOperationUndone.name:
            self = .undone(TopicOperationUndone(operation: try body.int("operation"), undoes: try body.int("undoes")))
        default: self = .operation(try TopicOperation(event.type, body))
        }
    }

    /// The event that was stored with that type and body, by whoever keeps these without the rest.
    package init(storedType type: String, body: [UInt8]) throws(UndecodableEvent) {
        try self.init(
            decoding: RecordedEvent(
                position: 0,
                stream: .init(
                    type: TopicBook.streamType,
                    id: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
                ),
                version: 0,
                type: type,
                schemaVersion: 1,
                body: body,
                actor: "",
                recordedAt: Timestamp(microsecondsSince1970: 0)
            )
        )
    }

    package var encoded: NewEvent {
        switch self {
        case .operation(let event): .version1(event.change.name) { event.write(to: &$0) }
        case .undone(let event):
            .version1(TopicOperationUndone.name) { json in
                json.field("operation", event.operation)
                json.field("undoes", event.undoes)
            }
        }
    }
}

/// Something done to topics that can be undone: numbered from 1 in the order done.
package struct TopicOperation: Sendable, Equatable {
    package var number: Int
    package var change: Change

    package init(number: Int, change: Change) {
        self.number = number
        self.change = change
    }

    package enum Change: Sendable, Equatable {
        /// The finder saw that two topics are one.
        case joined(TopicID, into: TopicID, because: Int64, method: String, confidence: Int)
        /// A reviewer saw it.
        case merged([TopicID], into: TopicID)
        /// These demands are a topic of their own, which is named after the operation.
        case split(TopicID, demands: [Int64])
        case moved(Int64, to: TopicID)
        /// A working title; it is shown to reviewers alone.
        case renamed(TopicID, title: String)
        /// The title that everybody may see.
        case titleApproved(TopicID, title: String)

        /// Stored names: never renamed.
        package enum Name {
            package static let joined = "TopicsJoined"
            static let merged = "TopicsMerged"
            static let split = "TopicSplit"
            static let moved = "DemandMoved"
            static let renamed = "TopicRenamed"
            static let titleApproved = "TopicTitleApproved"
            static let all: Set<String> = [joined, merged, split, moved, renamed, titleApproved]
        }

        var name: String {
            switch self {
            case .joined: Name.joined
            case .merged: Name.merged
            case .split: Name.split
            case .moved: Name.moved
            case .renamed: Name.renamed
            case .titleApproved: Name.titleApproved
            }
        }

        /// The topics that it works on.
        var topics: [TopicID] {
            switch self {
            case .joined(let from, let into, _, _, _): [from, into]
            case .merged(let from, let into): from + [into]
            case .split(let topic, _), .renamed(let topic, _), .titleApproved(let topic, _), .moved(_, let topic):
                [topic]
            }
        }
    }

    init(_ type: String, _ body: EventBody) throws(UndecodableEvent) {
        number = try body.int("operation")
        switch type {
        case Change.Name.joined:
            change = .joined(
                try body.topic("from"),
                into: try body.topic("into"),
                because: Int64(try body.int("because")),
                method: try body.string("method"),
                confidence: try body.int("confidence")
            )
        case Change.Name.merged:
            var from: [TopicID] = []
            for text in try body.strings("from") { from.append(try body.topic(text: text)) }
            change = .merged(from, into: try body.topic("into"))
        case Change.Name.split:
            var demands: [Int64] = []
            for text in try body.strings("demands") {
                guard let demand = Int64(text) else {
                    throw body.unreadable("demands holds something else than numbers")
                }
                demands.append(demand)
            }
            change = .split(try body.topic("topic"), demands: demands)
        case Change.Name.moved: change = .moved(Int64(try body.int("demand")), to: try body.topic("to"))
        case Change.Name.renamed: change = .renamed(try body.topic("topic"), title: try body.string("title"))
        case Change.Name.titleApproved:
            change = .titleApproved(try body.topic("topic"), title: try body.string("title"))
        default: throw body.unreadable("\(type) is no operation on topics")
        }
    }

    func write(to json: inout JSONWriter) {
        json.field("operation", number)
        switch change {
        case .joined(let from, let into, let because, let method, let confidence):
            json.field("from", from.description)
            json.field("into", into.description)
            json.field("because", because)
            json.field("method", method)
            json.field("confidence", confidence)
        case .merged(let from, let into):
            json.field("from", from.map(\.description))
            json.field("into", into.description)
        case .split(let topic, let demands):
            json.field("topic", topic.description)
            json.field("demands", demands.map(String.init))
        case .moved(let demand, let to):
            json.field("demand", demand)
            json.field("to", to.description)
        case .renamed(let topic, let title), .titleApproved(let topic, let title):
            json.field("topic", topic.description)
            json.field("title", title)
        }
    }
}

/// An operation counts as if it had never been done.
package struct TopicOperationUndone: Sendable, Equatable {
    /// Stored name: never renamed.
    package static let name = "TopicOperationUndone"

    package var operation: Int
    package var undoes: Int

    package init(operation: Int, undoes: Int) {
        self.operation = operation
        self.undoes = undoes
    }
}

extension EventBody {
    fileprivate func topic(_ name: String) throws(UndecodableEvent) -> TopicID { try topic(text: try string(name)) }

    fileprivate func topic(text: String) throws(UndecodableEvent) -> TopicID {
        guard let topic = TopicID(text) else { throw unreadable("\(text) is no topic") }
        return topic
    }
}
