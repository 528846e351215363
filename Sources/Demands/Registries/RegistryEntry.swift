import EventSourcing
import JSONText

/// One thing that a tenant has registered: an organization, a group, a place, a channel.
///
/// Its stored events carry it whole, so the last one is what it is.
package protocol RegistryEntry: Sendable, Equatable {
    /// Stored names of its events: never renamed.
    static var registeredName: String { get }
    static var changedName: String { get }

    var code: String { get }
    var names: Names { get }
    /// The code of the entry above it; nil at the top, and where there is no tree.
    var parent: String? { get }
    /// What is wrong with it by itself, by pointer from the entry.
    var mistakes: [FieldError] { get }

    init(_ body: EventBody) throws(UndecodableEvent)

    /// Writes its members in a fixed order.
    func write(to json: inout JSONWriter)
}

extension RegistryEntry {
    package var parent: String? { nil }
}

/// An entry came into a registry, or another form took its place.
package enum RegistryEvent<Entry: RegistryEntry>: EventPayload, Equatable {
    case registered(Entry)
    case changed(Entry)

    package static var types: Set<String> { [Entry.registeredName, Entry.changedName] }

    package var entry: Entry {
        switch self {
        case .registered(let entry), .changed(let entry): entry
        }
    }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        switch event.type {
        case Entry.registeredName: self = .registered(try Entry(body))
        case Entry.changedName: self = .changed(try Entry(body))
        default: throw body.unreadable("this is no event of this registry")
        }
    }

    package var encoded: NewEvent {
        switch self {
        case .registered(let entry): .version1(Entry.registeredName) { entry.write(to: &$0) }
        case .changed(let entry): .version1(Entry.changedName) { entry.write(to: &$0) }
        }
    }
}

/// The wish to have entries in a registry.
package enum RegistryCommand<Entry: RegistryEntry>: Sendable {
    /// A new one; the same again changes nothing, another one under its code is refused.
    case register(Entry)
    /// Another form of one that is there.
    case change(Entry)
    /// Register or change, whichever it takes.
    case put(Entry)
    /// Register or change many, all or none; parents may stand further down.
    case importAll([RegistryLine<Entry>])
}

/// An entry, and the line of the file that it comes from (from 1, as an editor counts).
package struct RegistryLine<Entry: RegistryEntry>: Sendable {
    package var number: Int
    package var entry: Entry

    package init(_ number: Int, _ entry: Entry) {
        self.number = number
        self.entry = entry
    }
}
