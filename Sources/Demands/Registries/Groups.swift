import EventSourcing
import JSONText

/// The tenant's groups of people, the names that were recognised as theirs, and which were merged.
package enum Groups: RegistryDecider {
    package static let streamType = "groups"

    package enum Command: Sendable {
        case entries(RegistryCommand<Group>)
        /// A name as messages give it counts as that group from now on; the last recognition of a name wins.
        case recognise(name: String, group: String)
        /// All that was counted for `from` counts for `into`; `from` keeps its history and takes no change any more.
        case merge(from: String, into: String)
    }

    package struct State: Sendable, Equatable {
        package fileprivate(set) var registry = Registry<Group>()
        /// Each name once, in the order in which they were first recognised.
        package private(set) var recognised: [GroupRecognised] = []
        /// Indices of `recognised`, by the name's bytes.
        private var index: [[UInt8]: Int] = [:]
        private var mergedInto: [String: String] = [:]

        /// The group that this one was merged into; nil: it stands for itself.
        package func merged(_ code: String) -> String? { mergedInto[code] }

        /// The group that a recognised name leads to, through merges; nil: nobody recognised it. Compared by bytes.
        package func group(recognised name: String) -> String? {
            index[Array(name.utf8)].map { present(recognised[$0].group) }
        }

        /// The group that counts for this code, after all merges.
        package func present(_ code: String) -> String {
            var code = code
            // Ends: a group is merged only into one that is not merged itself.
            while let next = mergedInto[code] { code = next }
            return code
        }

        fileprivate func recognisedGroup(_ name: String) -> String? {
            index[Array(name.utf8)].map { recognised[$0].group }
        }

        fileprivate mutating func recognise(_ event: GroupRecognised) {
            let key = Array(event.name.utf8)
            if let place = index[key] {
                recognised[place] = event
            } else {
                index[key] = recognised.count
                recognised.append(event)
            }
        }

        fileprivate mutating func merge(_ event: GroupsMerged) { mergedInto[event.from] = event.into }
    }

    /// Names that a tenant may have recognised.
    package static let maximumRecognised = 100_000

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(RegistryRejection) -> [GroupsEvent] {
        switch command {
        case .entries(let command):
            return try state.registry.decide(command) { code in
                state.merged(code).map { .closed(.merged(code, into: $0)) } ?? .open
            }.map(GroupsEvent.entry)
        case .recognise(let name, let group):
            let errors = EntryRules.text(name, at: "/name")
            guard errors.isEmpty else { throw .invalid(errors.map { RegistryMistake($0) }) }
            try requireOpen(group, state)
            guard let present = state.recognisedGroup(name) else {
                guard state.recognised.count < maximumRecognised else { throw .full }
                return [.recognised(GroupRecognised(name: name, group: group))]
            }
            return present == group ? [] : [.recognised(GroupRecognised(name: name, group: group))]
        case .merge(let from, let into):
            try requireOpen(from, state)
            guard from != into else { throw .mergesIntoItself }
            guard state.registry[into] != nil else {
                let detail = "must be the code of a registered group"
                throw .invalid([RegistryMistake(FieldError(pointer: "/into", code: .unknownCode, detail: detail))])
            }
            try requireOpen(into, state)
            return [.merged(GroupsMerged(from: from, into: into))]
        }
    }

    private static func requireOpen(_ code: String, _ state: State) throws(RegistryRejection) {
        guard state.registry[code] != nil else { throw .unknownCode(code) }
        if let into = state.merged(code) { throw .merged(code, into: into) }
    }

    package static func evolve(_ state: inout State, _ event: GroupsEvent) {
        switch event {
        case .entry(let event): state.registry.evolve(event)
        case .recognised(let event): state.recognise(event)
        case .merged(let event): state.merge(event)
        }
    }

    package static func wish(_ command: RegistryCommand<Group>) -> Command { .entries(command) }

    package static func registry(_ state: State) -> Registry<Group> { state.registry }

    package static func entryEvent(_ event: GroupsEvent) -> RegistryEvent<Group>? {
        guard case .entry(let event) = event else { return nil }
        return event
    }
}

/// A group that is registered: people with one or more ties.
package struct Group: RegistryEntry {
    package static let registeredName = "GroupRegistered"
    package static let changedName = "GroupChanged"

    package var code: String
    package var names: Names
    package var ties: [Tie]
    /// Further names that messages call it by, in no language.
    package var aliases: [String]
    /// People in it; nil: not known.
    package var size: Int?

    package init(code: String, names: Names, ties: [Tie] = [], aliases: [String] = [], size: Int? = nil) {
        self.code = code
        self.names = names
        self.ties = Tie.allCases.filter(ties.contains)
        self.aliases = aliases
        self.size = size
    }

    package var mistakes: [FieldError] {
        EntryRules.code(code) + names.mistakes + EntryRules.aliases(aliases) + EntryRules.size(size)
    }

    package init(_ body: EventBody) throws(UndecodableEvent) {
        var ties: [Tie] = []
        for name in try body.strings("ties") {
            guard let tie = Tie(rawValue: name) else { throw body.unreadable("tie \(name) is unknown") }
            ties.append(tie)
        }
        self.init(
            code: try body.string("code"),
            names: try body.names(),
            ties: ties,
            aliases: try body.strings("aliases"),
            size: try body.optionalInt("size")
        )
    }

    package func write(to json: inout JSONWriter) {
        json.field("code", code)
        json.field("names", names)
        json.field("ties", ties.map(\.rawValue))
        json.field("aliases", aliases)
        json.field("size", ifPresent: size)
    }
}
