import Demands
import EventLog
import EventSourcing

/// What the tenant's people at the desk register.
extension Town {
    mutating func registerPlace() {
        let entry = place()
        runPlaces(.put(entry))
    }

    mutating func registerGroup() {
        let entry = group()
        runGroups(.entries(.put(entry)))
    }

    /// A file of many: some changed, some new, in one command.
    mutating func registerMany() {
        if random.chance(50) {
            let lines = (1...5).map { RegistryLine($0, place()) }
            runPlaces(.importAll(lines))
        } else {
            let lines = (1...5).map { RegistryLine($0, group()) }
            runGroups(.entries(.importAll(lines)))
        }
    }

    mutating func recognise() {
        guard let group = one(of: groups.registry.entries.map(\.code)) else { return }
        let name = word()
        runGroups(.recognise(name: name, group: group))
    }

    mutating func merge() {
        let codes = groups.registry.entries.map(\.code)
        guard let from = one(of: codes), let into = one(of: codes) else { return }
        runGroups(.merge(from: from, into: into))
    }

    mutating func registerOrganization() {
        let entry = Organization(
            code: one(of: Words.organizationCodes) ?? "union",
            names: names(),
            parent: random.chance(60) ? one(of: organizations.entries.map(\.code)) : nil,
            roles: OrganizationRole.allCases.filter { _ in random.chance(50) },
            represents: Words.codes.filter { _ in random.chance(30) },
            serves: Words.codes.filter { _ in random.chance(20) }
        )
        var state = organizations
        run(Organizations.self, .put(entry), &state, .only(Organizations.streamType))
        organizations = state
    }

    mutating func changeChannels() {
        let code = one(of: Words.channelCodes) ?? "web"
        var state = channels
        let command: Channels.Command =
            random.chance(30)
            ? .retire(code, original: Self.originalChannels)
            : .entries(.put(ListedChannel(code: code, names: names())))
        run(Channels.self, command, &state, .only(Channels.streamType))
        channels = state
    }

    mutating func publishTaxonomy() {
        let level1 = ["roads", "schools", "parks"].filter { _ in random.chance(80) }
        var categories: [Demands.Category] = []
        for code in level1 {
            categories.append(category(code, nil))
            for below in Words.categories where below.hasPrefix(code + "/") && random.chance(70) {
                categories.append(category(below, code))
            }
        }
        var state = taxonomy
        run(Taxonomy.self, .publish(categories), &state, .only(Taxonomy.streamType))
        taxonomy = state
    }

    private mutating func category(_ code: String, _ parent: String?) -> Demands.Category {
        var names = ["en": "\(code) \(Int.random(in: 1...2, using: &random))"]
        if random.chance(60) { names["zh"] = "\u{7C7B}\(code)" }
        return Demands.Category(
            code: code,
            parent: parent,
            names: names,
            keywords: random.chance(50) ? ["k\(code)"] : []
        )
    }

    private mutating func runPlaces(_ command: Places.Command) {
        var state = places
        run(Places.self, command, &state, .only(Places.streamType))
        places = state
    }

    private mutating func runGroups(_ command: Groups.Command) {
        var state = groups
        run(Groups.self, command, &state, .only(Groups.streamType))
        groups = state
    }

    private mutating func place() -> Place {
        Place(
            code: one(of: Words.placeCodes) ?? "p1",
            names: names(),
            parent: random.chance(50) ? one(of: places.entries.map(\.code)) : nil,
            aliases: aliases(),
            size: random.chance(50) ? Int.random(in: 0...5_000, using: &random) : nil
        )
    }

    private mutating func group() -> Demands.Group {
        Demands.Group(
            code: one(of: Words.codes) ?? "g1",
            names: names(),
            ties: Tie.allCases.filter { _ in random.chance(40) },
            aliases: aliases(),
            size: random.chance(50) ? Int.random(in: 0...5_000, using: &random) : nil
        )
    }

    private mutating func names() -> Names {
        var names: [Names.Name] = []
        for language in Words.languages where names.isEmpty || random.chance(40) {
            names.append(Names.Name(language, word()))
        }
        return Names(names)
    }

    private mutating func aliases() -> [String] {
        var aliases: [String] = []
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let alias = word()
            if !aliases.contains(alias) { aliases.append(alias) }
        }
        return aliases
    }
}
