import Demands
import EventSourcing
import Foundation
import JSONText
import Postgres

/// What a batch of events changes in the registries: each entry and each recognised name once, as the batch leaves it.
package struct RegistryDelta: Sendable {
    var entries = EntryColumns()
    var recognised = RecognisedColumns()
    /// The trees that may have changed, in a fixed order.
    var trees: [String] { [Organizations.streamType, Places.streamType].filter(changedTrees.contains) }

    private struct Key: Hashable {
        let registry: String
        let code: String
    }

    private var changedTrees: Set<String> = []
    private var places: [Key: Int] = [:]
    /// By bytes, as the database compares.
    private var names: [[UInt8]: Int] = [:]

    mutating func put(_ organization: Organization, _ position: Position) {
        changedTrees.insert(Organizations.streamType)
        let place = place(Organizations.streamType, organization.code, position)
        entries.put(organization, at: place)
        entries.parent[place] = organization.parent
        entries.roles[place] = joined(organization.roles.map(\.rawValue))
        entries.represents[place] = joined(organization.represents)
        entries.serves[place] = joined(organization.serves)
    }

    mutating func put(_ group: Group, _ position: Position) {
        let place = place(Groups.streamType, group.code, position)
        entries.put(group, at: place)
        entries.aliases[place] = joined(group.aliases)
        entries.ties[place] = joined(group.ties.map(\.rawValue))
        entries.size[place] = group.size.map(Int64.init)
    }

    mutating func put(_ registered: Place, _ position: Position) {
        changedTrees.insert(Places.streamType)
        let place = place(Places.streamType, registered.code, position)
        entries.put(registered, at: place)
        entries.parent[place] = registered.parent
        entries.aliases[place] = joined(registered.aliases)
        entries.size[place] = registered.size.map(Int64.init)
    }

    mutating func put(_ channel: ListedChannel, _ position: Position) {
        let place = place(Channels.streamType, channel.code, position)
        entries.put(channel, at: place)
        entries.isRetired[place] = false
    }

    mutating func retire(_ event: ChannelRetired, _ position: Position) {
        entries.isRetired[place(Channels.streamType, event.code, position)] = true
    }

    mutating func merge(_ event: GroupsMerged, _ position: Position) {
        entries.mergedInto[place(Groups.streamType, event.from, position)] = event.into
    }

    mutating func recognise(_ event: GroupRecognised, _ position: Position) {
        let key = Array(event.name.utf8)
        if let place = names[key] {
            recognised.group[place] = event.group
            recognised.position[place] = position
        } else {
            names[key] = recognised.name.count
            recognised.name.append(event.name)
            recognised.group.append(event.group)
            recognised.position.append(position)
        }
    }

    /// The element of the columns that is this entry.
    private mutating func place(_ registry: String, _ code: String, _ position: Position) -> Int {
        let key = Key(registry: registry, code: code)
        if let place = places[key] {
            entries.last[place] = position
            return place
        }
        places[key] = entries.code.count
        return entries.append(registry, code, position)
    }

    /// Registered texts hold no control characters.
    private func joined(_ texts: [String]) -> String { texts.joined(separator: "\u{1F}") }
}

/// Columns of `apply.sql`.
struct EntryColumns: Sendable {
    var registry: [String] = []
    var code: [String] = []
    var parent: [String?] = []
    /// Nil: only flags change.
    var names: [String?] = []
    var aliases: [String] = []
    var ties: [String] = []
    var roles: [String] = []
    var represents: [String] = []
    var serves: [String] = []
    var size: [Int64?] = []
    /// Nil: as it was.
    var isRetired: [Bool?] = []
    /// Nil: as it was.
    var mergedInto: [String?] = []
    var first: [Int64] = []
    var last: [Int64] = []

    mutating func append(_ registry: String, _ code: String, _ position: Position) -> Int {
        self.registry.append(registry)
        self.code.append(code)
        parent.append(nil)
        names.append(nil)
        aliases.append("")
        ties.append("")
        roles.append("")
        represents.append("")
        serves.append("")
        size.append(nil)
        isRetired.append(nil)
        mergedInto.append(nil)
        first.append(position)
        last.append(position)
        return self.code.count - 1
    }

    mutating func put(_ entry: some RegistryEntry, at place: Int) {
        var json = JSONWriter()
        json.value(entry.names)
        names[place] = String(decoding: json.bytes, as: UTF8.self)
    }

    var binds: [any PostgresEncodable] {
        [
            registry, code, parent, names, aliases, ties, roles, represents, serves, size, isRetired, mergedInto, first,
            last,
        ]
    }
}

/// Columns of `recognise.sql`.
struct RecognisedColumns: Sendable {
    var name: [String] = []
    var group: [String] = []
    var position: [Int64] = []

    var binds: [any PostgresEncodable] { [name, group, position] }
}
