import EventSourcing
import JSONText

/// The tenant's places (地): a tree. Names may repeat: two villages may be called the same.
package enum Places: RegistryDecider {
    package static let streamType = "places"

    package typealias Entry = Place
    package typealias Command = RegistryCommand<Place>
    package typealias Event = RegistryEvent<Place>
    package typealias State = Registry<Place>

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(RegistryRejection) -> [Event] {
        try state.decide(command)
    }

    package static func evolve(_ state: inout State, _ event: Event) { state.evolve(event) }

    package static func wish(_ command: RegistryCommand<Place>) -> Command { command }

    package static func registry(_ state: State) -> Registry<Place> { state }

    package static func entryEvent(_ event: Event) -> RegistryEvent<Place>? { event }
}

/// A place that is registered.
package struct Place: RegistryEntry {
    package static let registeredName = "PlaceRegistered"
    package static let changedName = "PlaceChanged"

    package var code: String
    package var names: Names
    package var parent: String?
    /// Further names that messages call it by, in no language.
    package var aliases: [String]
    /// People who live there; nil: not known.
    package var size: Int?

    package init(code: String, names: Names, parent: String? = nil, aliases: [String] = [], size: Int? = nil) {
        self.code = code
        self.names = names
        self.parent = parent
        self.aliases = aliases
        self.size = size
    }

    package var mistakes: [FieldError] {
        EntryRules.code(code) + names.mistakes + EntryRules.parent(parent) + EntryRules.aliases(aliases)
            + EntryRules.size(size)
    }

    package init(_ body: EventBody) throws(UndecodableEvent) {
        self.init(
            code: try body.string("code"),
            names: try body.names(),
            parent: try body.optionalString("parent"),
            aliases: try body.strings("aliases"),
            size: try body.optionalInt("size")
        )
    }

    package func write(to json: inout JSONWriter) {
        json.field("code", code)
        json.field("names", names)
        json.field("parent", ifPresent: parent)
        json.field("aliases", aliases)
        json.field("size", ifPresent: size)
    }
}
