import EventSourcing
import Foundation
import JSONText

/// A person as the log knows them: a random token. All that can happen to it is that it leads nowhere any more.
package enum Person: Decider {
    /// The stream's id is the token.
    package static let streamType = "person"

    package struct Forget: Sendable {
        /// Messages whose words went with them.
        package var messages: Int

        package init(messages: Int) {
            self.messages = messages
        }
    }

    package struct State: Sendable, Equatable {
        package var isForgotten = false
    }

    package static var initialState: State { State() }

    package static func decide(_ command: Forget, _ state: State) throws(PersonRejection) -> [PersonForgotten] {
        state.isForgotten ? [] : [PersonForgotten(messages: command.messages)]
    }

    package static func evolve(_ state: inout State, _ event: PersonForgotten) {
        state.isForgotten = true
    }
}

/// The map from this token to a sender was deleted from the vault.
package struct PersonForgotten: EventPayload, Equatable {
    /// Stored name: never renamed.
    package static let name = "PersonForgotten"

    package static var types: Set<String> { [name] }

    package var messages: Int

    package init(messages: Int) {
        self.messages = messages
    }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        guard event.type == Self.name else {
            throw body.unreadable("this is no event of a person that this version knows")
        }
        messages = try body.int("messages")
    }

    package var encoded: NewEvent {
        .version1(Self.name) { $0.field("messages", messages) }
    }
}

/// What the domain refuses about a person: nothing, since whoever was forgotten before stays forgotten.
package enum PersonRejection: Rejection {
    package var code: String { switch self {} }
    package var detail: String { switch self {} }
    package var isStateConflict: Bool { switch self {} }
}
