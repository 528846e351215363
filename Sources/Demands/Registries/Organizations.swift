import EventSourcing
import JSONText

/// The tenant's organizations (群团组织): a tree.
package enum Organizations: RegistryDecider {
    package static let streamType = "organizations"

    package typealias Entry = Organization
    package typealias Command = RegistryCommand<Organization>
    package typealias Event = RegistryEvent<Organization>
    package typealias State = Registry<Organization>

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(RegistryRejection) -> [Event] {
        try state.decide(command)
    }

    package static func evolve(_ state: inout State, _ event: Event) { state.evolve(event) }

    package static func wish(_ command: RegistryCommand<Organization>) -> Command { command }

    package static func registry(_ state: State) -> Registry<Organization> { state }

    package static func entryEvent(_ event: Event) -> RegistryEvent<Organization>? { event }
}

/// What an organization can be to a demand.
package enum OrganizationRole: String, Sendable, CaseIterable {
    /// Stands for the group, follows the demand up.
    case steward
    /// Must act and reply.
    case responsible
}

/// An organization that is registered.
package struct Organization: RegistryEntry {
    package static let registeredName = "OrganizationRegistered"
    package static let changedName = "OrganizationChanged"

    package var code: String
    package var names: Names
    package var parent: String?
    package var roles: [OrganizationRole]
    /// Codes of groups. They need not be registered: which group comes first is the tenant's business, and a message may
    /// name a group long before anybody registers it.
    package var represents: [String]
    /// As `represents`.
    package var serves: [String]

    package init(
        code: String,
        names: Names,
        parent: String? = nil,
        roles: [OrganizationRole] = [],
        represents: [String] = [],
        serves: [String] = []
    ) {
        self.code = code
        self.names = names
        self.parent = parent
        self.roles = OrganizationRole.allCases.filter(roles.contains)
        self.represents = represents.inByteOrder
        self.serves = serves.inByteOrder
    }

    package var mistakes: [FieldError] {
        EntryRules.code(code) + names.mistakes + EntryRules.parent(parent)
            + EntryRules.codes(represents, at: "/represents") + EntryRules.codes(serves, at: "/serves")
    }

    package init(_ body: EventBody) throws(UndecodableEvent) {
        var roles: [OrganizationRole] = []
        for name in try body.strings("roles") {
            guard let role = OrganizationRole(rawValue: name) else { throw body.unreadable("role \(name) is unknown") }
            roles.append(role)
        }
        self.init(
            code: try body.string("code"),
            names: try body.names(),
            parent: try body.optionalString("parent"),
            roles: roles,
            represents: try body.strings("represents"),
            serves: try body.strings("serves")
        )
    }

    package func write(to json: inout JSONWriter) {
        json.field("code", code)
        json.field("names", names)
        json.field("parent", ifPresent: parent)
        json.field("roles", roles.map(\.rawValue))
        json.field("represents", represents)
        json.field("serves", serves)
    }
}
