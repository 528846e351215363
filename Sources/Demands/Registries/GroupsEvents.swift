import EventSourcing
import JSONText

/// What can happen to a tenant's groups.
package enum GroupsEvent: EventPayload, Equatable {
    case entry(RegistryEvent<Group>)
    case recognised(GroupRecognised)
    case merged(GroupsMerged)

    package static var types: Set<String> {
        RegistryEvent<Group>.types.union([GroupRecognised.name, GroupsMerged.name])
    }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        guard event.type == GroupRecognised.name || event.type == GroupsMerged.name else {
            self = .entry(try RegistryEvent(present: event))
            return
        }
        let body = try EventBody(event)
        if event.type == GroupRecognised.name {
            self = .recognised(GroupRecognised(name: try body.string("name"), group: try body.string("group")))
        } else {
            self = .merged(GroupsMerged(from: try body.string("from"), into: try body.string("into")))
        }
    }

    package var encoded: NewEvent {
        switch self {
        case .entry(let event): event.encoded
        case .recognised(let event):
            .version1(GroupRecognised.name) { json in
                json.field("name", event.name)
                json.field("group", event.group)
            }
        case .merged(let event):
            .version1(GroupsMerged.name) { json in
                json.field("from", event.from)
                json.field("into", event.into)
            }
        }
    }
}

/// A name as messages give it counts as a group.
package struct GroupRecognised: Sendable, Equatable {
    /// Stored name: never renamed.
    package static let name = "GroupRecognised"

    package var name: String
    /// The group's code.
    package var group: String

    package init(name: String, group: String) {
        self.name = name
        self.group = group
    }
}

/// Two groups turned out to be one.
package struct GroupsMerged: Sendable, Equatable {
    /// Stored name: never renamed.
    package static let name = "GroupsMerged"

    package var from: String
    package var into: String

    package init(from: String, into: String) {
        self.from = from
        self.into = into
    }
}
