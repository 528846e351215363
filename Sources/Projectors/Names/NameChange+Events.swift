import Demands
import EventSourcing

extension NameChanges {
    /// The stored events that tell names.
    static let eventTypes: Set<String> = Set(domains.keys)

    private static let domains: [String: NameDomain] = [
        "GroupRegistered": .group, "GroupChanged": .group, "GroupRecognised": .group, "GroupsMerged": .group,
        "PlaceRegistered": .place, "PlaceChanged": .place,
        "ChannelAdded": .channel, "ChannelChanged": .channel, "ChannelRetired": .channel,
        "OrganizationRegistered": .organization, "OrganizationChanged": .organization,
        TaxonomyPublished.name: .category,
    ]

    /// Takes what an event says about names.
    ///
    /// - Returns: false when it is another kind of event.
    mutating func take(_ event: RecordedEvent) throws(UndecodableEvent) -> Bool {
        guard let domain = Self.domains[event.type] else { return false }
        append(try Self.changes(event), domain, at: event.position)
        return true
    }

    private static func changes(_ event: RecordedEvent) throws(UndecodableEvent) -> [NameChange] {
        if event.type == TaxonomyPublished.name {
            return try TaxonomyPublished(decoding: event).categories.map { category in
                let labels = category.sortedNames.map { NamedEntry.Label(language: $0.language, text: $0.name) }
                return .describe(code: category.code, NamedEntry(labels: labels, parent: category.parent))
            }
        }
        let body = try EventBody(event)
        guard event.schemaVersion == 1 else {
            throw body.unreadable("schema version \(event.schemaVersion) is unknown")
        }
        switch event.type {
        case "GroupRecognised": return [.recognise(name: try body.string("name"), code: try body.string("group"))]
        case "GroupsMerged": return [.merge(from: try body.string("from"), into: try body.string("into"))]
        case "ChannelRetired": return [.retire(code: try body.string("code"))]
        default: return [.describe(code: try body.string("code"), try NamedEntry(body))]
        }
    }
}

extension NamedEntry {
    /// An entry of a registry, as far as it has names.
    fileprivate init(_ body: EventBody) throws(UndecodableEvent) {
        let names = try body.object("names")
        var labels: [Label] = []
        for language in names.memberNames { labels.append(Label(language: language, text: try names.string(language))) }
        labels.sort { $0.language.utf8.lexicographicallyPrecedes($1.language.utf8) }
        self.init(
            labels: labels,
            aliases: body.has("aliases") ? try body.strings("aliases") : [],
            ties: body.has("ties") ? try body.strings("ties") : [],
            parent: try body.optionalString("parent"),
            size: try body.optionalInt("size").map(Int64.init)
        )
    }
}
