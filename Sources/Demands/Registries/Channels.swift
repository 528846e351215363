import EventSourcing
import JSONText

/// The ways by which messages reach a tenant: those that it was created with, those added, less those retired.
package enum Channels: RegistryDecider {
    package static let streamType = "channels"

    package enum Command: Sendable {
        case entries(RegistryCommand<ListedChannel>)
        /// No message may come by it any more; what came by it stays.
        ///
        /// - Parameter original: the channels that the tenant was created with.
        case retire(String, original: [String])
    }

    package struct State: Sendable, Equatable {
        package fileprivate(set) var registry = Registry<ListedChannel>()
        /// Of these, no message comes any more; in the order in which they were retired.
        package fileprivate(set) var retired: [String] = []

        package func isRetired(_ code: String) -> Bool { retired.contains(code) }

        /// Every channel that there ever was: the tenant's original ones first, then those added.
        package func all(original: [String]) -> [String] {
            original + registry.entries.map(\.code).filter { !original.contains($0) }
        }

        /// The channels that a message may name, in the order of `all`.
        package func open(original: [String]) -> [String] { all(original: original).filter { !isRetired($0) } }
    }

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(RegistryRejection) -> [ChannelsEvent] {
        switch command {
        case .entries(let command):
            return try state.registry.decide(command) { state.isRetired($0) ? .retired : .open }.map(
                ChannelsEvent.entry
            )
        case .retire(let code, let original):
            guard state.all(original: original).contains(code) else { throw .unknownCode(code) }
            guard !state.isRetired(code) else { return [] }
            guard state.open(original: original) != [code] else { throw .lastChannel }
            return [.retired(ChannelRetired(code: code))]
        }
    }

    package static func evolve(_ state: inout State, _ event: ChannelsEvent) {
        switch event {
        case .entry(let event):
            state.registry.evolve(event)
            state.retired.removeAll { $0 == event.entry.code }
        case .retired(let event): state.retired.append(event.code)
        }
    }

    package static func wish(_ command: RegistryCommand<ListedChannel>) -> Command { .entries(command) }

    package static func registry(_ state: State) -> Registry<ListedChannel> { state.registry }

    package static func entryEvent(_ event: ChannelsEvent) -> RegistryEvent<ListedChannel>? {
        guard case .entry(let event) = event else { return nil }
        return event
    }
}

/// A channel that was added, or one of the tenant's first ones that got names.
package struct ListedChannel: RegistryEntry {
    package static let registeredName = "ChannelAdded"
    package static let changedName = "ChannelChanged"

    package var code: String
    package var names: Names

    package init(code: String, names: Names) {
        self.code = code
        self.names = names
    }

    package var mistakes: [FieldError] { EntryRules.code(code, underscores: true) + names.mistakes }

    package init(_ body: EventBody) throws(UndecodableEvent) {
        self.init(code: try body.string("code"), names: try body.names())
    }

    package func write(to json: inout JSONWriter) {
        json.field("code", code)
        json.field("names", names)
    }
}

/// What can happen to a tenant's channels.
package enum ChannelsEvent: EventPayload, Equatable {
    case entry(RegistryEvent<ListedChannel>)
    case retired(ChannelRetired)

    package static var types: Set<String> { RegistryEvent<ListedChannel>.types.union([ChannelRetired.name]) }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        guard event.type == ChannelRetired.name else {
            self = .entry(try RegistryEvent(present: event))
            return
        }
        let body = try EventBody(event)
        self = .retired(ChannelRetired(code: try body.string("code")))
    }

    package var encoded: NewEvent {
        switch self {
        case .entry(let event): event.encoded
        case .retired(let event): .version1(ChannelRetired.name) { $0.field("code", event.code) }
        }
    }
}

/// Messages come by this channel no more.
package struct ChannelRetired: Sendable, Equatable {
    /// Stored name: never renamed.
    package static let name = "ChannelRetired"

    package var code: String

    package init(code: String) {
        self.code = code
    }
}
