import Demands
import EventSourcing
import Foundation

/// One person's support of one topic: given once, instead of saying the same again.
package enum TopicSupport: Decider {
    package static let streamType = "support"

    package struct Command: Sendable {
        /// As it was shown to whoever supports it.
        package var topic: TopicID
        /// The person's random token; nil: unidentified.
        package var person: UUID?

        package init(topic: TopicID, person: UUID?) {
            self.topic = topic
            self.person = person
        }
    }

    package static var initialState: Bool { false }

    /// Nothing is refused: who supports it again supports it still.
    package static func decide(_ command: Command, _ isGiven: Bool) throws(TopicRejection) -> [TopicSupported] {
        isGiven ? [] : [TopicSupported(topic: command.topic, person: command.person)]
    }

    package static func evolve(_ isGiven: inout Bool, _ event: TopicSupported) { isGiven = true }
}

/// Somebody supports a topic.
package struct TopicSupported: EventPayload, Equatable {
    /// Stored name: never renamed.
    package static let name = "TopicSupported"

    package static var types: Set<String> { [name] }

    package var topic: TopicID
    /// The person's random token; nil: unidentified.
    package var person: UUID?

    package init(topic: TopicID, person: UUID?) {
        self.topic = topic
        self.person = person
    }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        guard event.type == Self.name, let topic = TopicID(try body.string("topic")) else {
            throw body.unreadable("this is no support that this version knows")
        }
        self.init(topic: topic, person: try body.optionalUUID("person"))
    }

    package var encoded: NewEvent {
        .version1(Self.name) { json in
            json.field("topic", topic.description)
            json.field("person", ifPresent: person?.uuidString.lowercased())
        }
    }
}
