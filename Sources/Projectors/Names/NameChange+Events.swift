import Demands
import EventSourcing

extension NameChanges {
    /// The stored events that tell names.
    static let eventTypes = GroupsEvent.types.union(RegistryEvent<Place>.types).union(ChannelsEvent.types)
        .union(RegistryEvent<Organization>.types).union([TaxonomyPublished.name])

    /// Takes what an event says about names.
    ///
    /// - Returns: false when it is another kind of event.
    mutating func take(_ event: RecordedEvent) throws(UndecodableEvent) -> Bool {
        guard Self.eventTypes.contains(event.type) else { return false }
        if GroupsEvent.types.contains(event.type) {
            append([NameChange(try GroupsEvent(decoding: event))], .group, at: event.position)
        } else if RegistryEvent<Place>.types.contains(event.type) {
            let place = try RegistryEvent<Place>(decoding: event).entry
            var entry = NamedEntry(place.names)
            entry.aliases = place.aliases
            entry.parent = place.parent
            entry.size = place.size.map(Int64.init)
            append([.describe(code: place.code, entry)], .place, at: event.position)
        } else if ChannelsEvent.types.contains(event.type) {
            append([NameChange(try ChannelsEvent(decoding: event))], .channel, at: event.position)
        } else if RegistryEvent<Organization>.types.contains(event.type) {
            let organization = try RegistryEvent<Organization>(decoding: event).entry
            var entry = NamedEntry(organization.names)
            entry.parent = organization.parent
            append([.describe(code: organization.code, entry)], .organization, at: event.position)
        } else {
            let changes = try TaxonomyPublished(decoding: event).categories.map { category in
                let labels = category.sortedNames.map { NamedEntry.Label(language: $0.language, text: $0.name) }
                return NameChange.describe(code: category.code, NamedEntry(labels: labels, parent: category.parent))
            }
            append(changes, .category, at: event.position)
        }
        return true
    }
}

extension NameChange {
    fileprivate init(_ event: GroupsEvent) {
        switch event {
        case .entry(let event):
            let group = event.entry
            var entry = NamedEntry(group.names)
            entry.aliases = group.aliases
            entry.ties = group.ties.map(\.rawValue)
            entry.size = group.size.map(Int64.init)
            self = .describe(code: group.code, entry)
        case .recognised(let event): self = .recognise(name: event.name, code: event.group)
        case .merged(let event): self = .merge(from: event.from, into: event.into)
        }
    }

    /// A channel that was retired and is described again is open again.
    fileprivate init(_ event: ChannelsEvent) {
        switch event {
        case .entry(let event): self = .describe(code: event.entry.code, NamedEntry(event.entry.names))
        case .retired(let event): self = .retire(code: event.code)
        }
    }
}

extension NamedEntry {
    fileprivate init(_ names: Names) {
        self.init(labels: names.all.map { Label(language: $0.language, text: $0.text) })
    }
}
