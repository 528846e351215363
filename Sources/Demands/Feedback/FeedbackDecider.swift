import EventSourcing
import Foundation

/// A message from the moment that it came in: received, classified, perhaps withdrawn.
package enum Feedback: Decider {
    package static let streamType = "feedback"

    package enum Command: Sendable {
        case receive(ReceiveFeedback)
        case withdraw(by: String)
        case categorise(demand: Int16, category: String, method: CategoryMethod)
    }

    package struct State: Sendable, Equatable {
        package var isReceived = false
        package var isWithdrawn = false
        /// Category by demand, in order of the demand's number (from 1).
        package var categories: [String] = []
    }

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(FeedbackRejection) -> [FeedbackEvent] {
        switch command {
        case .receive(let message):
            if state.isReceived {
                guard message.repeatsStoredRequest else { throw .contentChanged }
                return []
            }
            guard message.allowedChannels.contains(message.received.channel) else {
                throw .unknownChannel(allowed: message.allowedChannels)
            }
            var events: [FeedbackEvent] = [
                .received(message.received), .demandOpened(DemandOpened(demand: 1, kind: message.kind)),
            ]
            if let category = message.category {
                events.append(.demandCategorised(DemandCategorised(demand: 1, category: category, method: .given)))
            }
            return events
        case .withdraw(let by):
            guard state.isReceived else { throw .unknownFeedback }
            guard !state.isWithdrawn else { throw .alreadyWithdrawn }
            return [.withdrawn(FeedbackWithdrawn(by: by))]
        case .categorise(let demand, let category, let method):
            guard state.isReceived else { throw .unknownFeedback }
            guard !state.isWithdrawn else { throw .withdrawn }
            guard demand >= 1, Int(demand) <= state.categories.count else { throw .unknownDemand(demand) }
            guard state.categories[Int(demand) - 1] != category else { return [] }
            return [.demandCategorised(DemandCategorised(demand: demand, category: category, method: method))]
        }
    }

    package static func evolve(_ state: inout State, _ event: FeedbackEvent) {
        switch event {
        case .received: state.isReceived = true
        case .demandOpened: state.categories.append(unclassifiedCategory)
        case .demandCategorised(let categorised):
            guard categorised.demand >= 1, Int(categorised.demand) <= state.categories.count else { return }
            state.categories[Int(categorised.demand) - 1] = categorised.category
        case .withdrawn: state.isWithdrawn = true
        }
    }
}

/// The wish to have a message recorded; everything that the decision needs comes with it.
package struct ReceiveFeedback: Sendable {
    package var received: FeedbackReceived
    package var kind: DemandKind?
    /// As the collector gave it; nil leaves the demand unclassified.
    package var category: String?
    /// The tenant's list.
    package var allowedChannels: [String]
    /// Whether the request's keyed hash equals the one stored with this stream; meaningless for a new stream.
    package var repeatsStoredRequest: Bool

    package init(
        received: FeedbackReceived,
        kind: DemandKind?,
        category: String?,
        allowedChannels: [String],
        repeatsStoredRequest: Bool
    ) {
        self.received = received
        self.kind = kind
        self.category = category
        self.allowedChannels = allowedChannels
        self.repeatsStoredRequest = repeatsStoredRequest
    }
}

/// What the domain refuses about a message.
package enum FeedbackRejection: Rejection, Equatable {
    case contentChanged
    case unknownChannel(allowed: [String])
    case unknownFeedback
    case unknownDemand(Int16)
    case alreadyWithdrawn
    case withdrawn

    package var code: String {
        switch self {
        case .contentChanged: "content-changed"
        case .unknownChannel: "unknown-channel"
        case .unknownFeedback: "unknown-feedback"
        case .unknownDemand: "unknown-demand"
        case .alreadyWithdrawn: "already-withdrawn"
        case .withdrawn: "withdrawn"
        }
    }

    package var detail: String {
        switch self {
        case .contentChanged:
            "a message with this source and externalId (or this Idempotency-Key) is stored already, with other content; "
                + "the stored one was not changed"
        case .unknownChannel(let allowed): "channel must be one of: \(allowed.joined(separator: ", "))"
        case .unknownFeedback: "there is no such message"
        case .unknownDemand(let demand): "the message has no demand \(demand)"
        case .alreadyWithdrawn: "the message was withdrawn before; nothing was changed"
        case .withdrawn: "the message was withdrawn; its demands can no longer be changed"
        }
    }

    package var isStateConflict: Bool {
        switch self {
        case .unknownChannel, .unknownDemand, .unknownFeedback: false
        case .contentChanged, .alreadyWithdrawn, .withdrawn: true
        }
    }
}
