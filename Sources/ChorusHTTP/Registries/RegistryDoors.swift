import Demands
import EventLog
import JSONText

enum OrganizationsDoor: RegistryDoor {
    typealias Registry = Organizations
    static let name = "organizations"
    static let columns = [
        RegistryColumn(name: "parent", content: .text), RegistryColumn(name: "roles", content: .list),
        RegistryColumn(name: "represents", content: .list), RegistryColumn(name: "serves", content: .list),
    ]

    static func entry(_ code: String, _ names: Names, _ fields: inout FieldReader) -> Organization {
        Organization(
            code: code,
            names: names,
            parent: fields.words("parent"),
            roles: fields.list("roles", OrganizationRole.self),
            represents: fields.list("represents"),
            serves: fields.list("serves")
        )
    }
}

enum GroupsDoor: RegistryDoor {
    typealias Registry = Groups
    static let name = "groups"
    /// Recognised names are words of messages: analysts read aggregates.groups, which has none.
    static let readers = Set(Scope.allCases).subtracting([.intake, .analyst])
    static let columns = [
        RegistryColumn(name: "ties", content: .list), RegistryColumn(name: "aliases", content: .list),
        RegistryColumn(name: "size", content: .number),
    ]

    static func entry(_ code: String, _ names: Names, _ fields: inout FieldReader) -> Group {
        Group(
            code: code,
            names: names,
            ties: fields.list("ties", Tie.self),
            aliases: fields.list("aliases"),
            size: fields.size()
        )
    }

    /// With the names that were recognised as the group's, and what it was merged into.
    static func shown(_ state: Groups.State, _ tenant: TenantRecord) -> [ShownEntry] {
        let recognised = Dictionary(grouping: state.recognised, by: \.group)
        return Groups.registry(state).entries.map { group in
            ShownEntry(code: group.code) { json in
                group.write(to: &json)
                json.field("recognisedNames", recognised[group.code, default: []].map(\.name))
                json.field("mergedInto", ifPresent: state.merged(group.code))
            }
        }
    }
}

enum PlacesDoor: RegistryDoor {
    typealias Registry = Places
    static let name = "places"
    static let columns = [
        RegistryColumn(name: "parent", content: .text), RegistryColumn(name: "aliases", content: .list),
        RegistryColumn(name: "size", content: .number),
    ]

    static func entry(_ code: String, _ names: Names, _ fields: inout FieldReader) -> Place {
        Place(
            code: code,
            names: names,
            parent: fields.words("parent"),
            aliases: fields.list("aliases"),
            size: fields.size()
        )
    }
}

/// Front ends offer channels, so their publishable keys may read them.
enum ChannelsDoor: RegistryDoor {
    typealias Registry = Channels
    static let name = "channels"
    static let readers = Set(Scope.allCases)
    static let columns: [RegistryColumn] = []

    static func entry(_ code: String, _ names: Names, _ fields: inout FieldReader) -> ListedChannel {
        ListedChannel(code: code, names: names)
    }

    /// The tenant's original channels too, which have no names until somebody gives them some.
    static func shown(_ state: Channels.State, _ tenant: TenantRecord) -> [ShownEntry] {
        state.all(original: tenant.channels).map { code in
            ShownEntry(code: code) { json in
                (Channels.registry(state)[code] ?? ListedChannel(code: code, names: Names([:]))).write(to: &json)
                json.field("isRetired", state.isRetired(code))
            }
        }
    }
}
