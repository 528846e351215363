import Demands
import EventSourcing
import Foundation
import Testing

/// What a tenant registered, as reviewers and analysts read it.
@Suite struct ShowRegistries {
    private func execute<Registry: RegistryDecider>(
        _: Registry.Type,
        _ command: Registry.Command,
        on board: TestBoard,
        tenant: TenantID = TestBoard.tenant
    ) async throws {
        _ = try await board.store.execute(
            Submission(tenant: tenant, stream: .only(Registry.streamType), actor: "test") { known in
                let events = try Registry.decide(command, Registry.state(after: known.history))
                return Decision(events: events.map(\.encoded))
            }
        )
    }

    private func place(_ code: String, under parent: String? = nil, _ names: Names = Names(["en": "x"])) -> Place {
        Place(code: code, names: names, parent: parent)
    }

    @Test(arguments: [("review", "reviewer"), ("aggregates", "analyst")])
    func inTheTenantsLanguageElseEnglishElseTheFirst(_ schema: String, _ audience: String) async throws {
        let board = try await TestBoard.make()
        let names: [(String, Names)] = [
            ("a", Names(["en": "English", "ZH": "中文"])), ("b", Names(["fr": "français", "EN": "English"])),
            ("c", Names(["fr": "français", "de": "deutsch"])),
        ]
        for (code, names) in names {
            try await execute(Places.self, .register(place(code, under: nil, names)), on: board)
        }
        try await board.project()
        #expect(
            try await board.rows("SELECT code, name FROM \(schema).places ORDER BY code", as: audience)
                == [["a", "中文"], ["b", "English"], ["c", "deutsch"]]
        )
        await board.close()
    }

    @Test(arguments: [("review", "reviewer"), ("aggregates", "analyst")])
    func treesMergedGroupsAndRetiredChannels(_ schema: String, _ audience: String) async throws {
        let board = try await TestBoard.make()
        let lines = [place("lane", under: "town"), place("town", under: "land"), place("land")]
        try await execute(Places.self, .importAll(lines.enumerated().map { RegistryLine($0 + 2, $1) }), on: board)
        let union = Organization(
            code: "union",
            names: Names(["en": "Union"]),
            roles: [.steward],
            represents: ["drivers"],
            serves: ["couriers"]
        )
        try await execute(Organizations.self, .register(union), on: board)
        for code in ["drivers", "couriers"] {
            let group = Group(code: code, names: Names(["en": code]), ties: [.occupation], aliases: ["A"], size: 7)
            try await execute(Groups.self, .entries(.register(group)), on: board)
        }
        try await execute(Groups.self, .recognise(name: "骑手", group: "drivers"), on: board)
        try await execute(Groups.self, .recognise(name: "rider", group: "couriers"), on: board)
        try await execute(Groups.self, .recognise(name: "骑手", group: "couriers"), on: board)
        try await execute(Groups.self, .merge(from: "couriers", into: "drivers"), on: board)
        let kiosk = ListedChannel(code: "kiosk", names: Names(["en": "Kiosk"]))
        try await execute(Channels.self, .entries(.register(kiosk)), on: board)
        try await execute(Channels.self, .retire("forum", original: ["web", "forum"]), on: board)
        try await board.project()
        func rows(_ query: String) async throws -> [[String?]] { try await board.rows(query, as: audience) }
        #expect(
            try await rows("SELECT code, parent_code, array_to_string(path, '/') FROM \(schema).places ORDER BY path")
                == [["land", nil, "land"], ["town", "land", "land/town"], ["lane", "town", "land/town/lane"]]
        )
        #expect(
            try await rows(
                """
                SELECT code, name, roles[1], represents[1], serves[1], names->>'en'
                FROM \(schema).organizations
                """
            ) == [["union", "Union", "steward", "drivers", "couriers", "Union"]]
        )
        #expect(
            try await rows(
                """
                SELECT code, ties[1], aliases[1], size, merged_into, is_merged
                FROM \(schema).groups
                ORDER BY code DESC
                """
            ) == [
                ["drivers", "occupation", "A", "7", nil, "false"],
                ["couriers", "occupation", "A", "7", "drivers", "true"],
            ]
        )
        // Words that messages gave, and where the log ends, are not for analysts.
        let reviewers = [
            "organizations.changed_position", "groups.changed_position", "places.changed_position",
            "channels.changed_position", "groups.recognised_names",
        ]
        let columns = try await board.operators.query(
            """
            SELECT c.table_name || '.' || c.column_name
            FROM information_schema.columns AS c
            WHERE c.table_schema = \(schema)
            """
        ).map { try $0.decode(0, as: String.self) }
        for column in reviewers { #expect(columns.contains(column) == (schema == "review"), "\(schema).\(column)") }
        if schema == "review" {
            #expect(
                try await rows(
                    "SELECT array_to_string(recognised_names, ',') FROM review.groups WHERE code = 'couriers'"
                ) == [["rider,骑手"]]
            )
        }
        #expect(
            try await rows("SELECT code, name, is_retired FROM \(schema).channels ORDER BY code")
                == [["forum", "forum", "true"], ["kiosk", "Kiosk", "false"], ["web", "web", "false"]]
        )
        await board.close()
    }

    @Test func tenantsSeeTheirOwnOnly() async throws {
        let board = try await TestBoard.make()
        let two = TenantID(rawValue: 2)
        let names = Names(["en": "x"])
        try await execute(Places.self, .register(place("a")), on: board, tenant: two)
        try await execute(Organizations.self, .register(Organization(code: "a", names: names)), on: board, tenant: two)
        try await execute(Groups.self, .entries(.register(Group(code: "a", names: names))), on: board, tenant: two)
        try await execute(Groups.self, .recognise(name: "n", group: "a"), on: board, tenant: two)
        let kiosk = ListedChannel(code: "a", names: names)
        try await execute(Channels.self, .entries(.register(kiosk)), on: board, tenant: two)
        // The same code in the first tenant: no name of the second one's group comes with it.
        try await execute(Groups.self, .entries(.register(Group(code: "a", names: names))), on: board)
        try await board.project()
        for (schema, audience) in [("review", "reviewer"), ("aggregates", "analyst")] {
            for view in ["places", "organizations", "channels"] {
                let query = "SELECT code FROM \(schema).\(view) WHERE code = 'a'"
                #expect(try await board.rows(query, as: audience).isEmpty, "\(schema).\(view)")
                #expect(try await board.rows(query, as: audience, tenant: "two") == [["a"]], "\(schema).\(view)")
            }
            let groups = "SELECT code FROM \(schema).groups"
            #expect(try await board.rows(groups, as: audience) == [["a"]])
        }
        await board.close()
    }

    /// Random histories in batches of any size leave the same rows, and so does a rebuild.
    @Test(arguments: [1, 3, 4_000])
    func rebuildEqualsLive(_ batchSize: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("ShowRegistries seed \(seed)")
        var random = Generator(state: seed)
        let board = try await TestBoard.make()
        var parents: [String: String?] = [:]
        for step in 0..<120 {
            let code = "c\(Int.random(in: 0..<8, using: &random))"
            let other = "c\(Int.random(in: 0..<8, using: &random))"
            let names = Names(["zh": "n\(step % 3)"])
            // What the domain refuses changes nothing; some of everything gets through.
            switch Int.random(in: 0..<9, using: &random) {
            case 0...2:
                let wanted = place(code, under: Bool.random(using: &random) ? other : nil, names)
                do {
                    try await execute(Places.self, .put(wanted), on: board)
                    parents[code] = wanted.parent
                } catch is RegistryRejection {}
            case 3:
                let lines = [place(code, under: nil, names), place(other, under: code == other ? nil : code, names)]
                do {
                    let numbered = lines.enumerated().map { RegistryLine($0 + 2, $1) }
                    try await execute(Places.self, .importAll(numbered), on: board)
                    for line in lines { parents[line.code] = line.parent }
                } catch is RegistryRejection {}
            case 4:
                let group = Group(code: code, names: names, size: step)
                try? await execute(Groups.self, .entries(.put(group)), on: board)
            case 5: try? await execute(Groups.self, .recognise(name: "n\(step % 4)", group: code), on: board)
            case 6: try? await execute(Groups.self, .merge(from: code, into: other), on: board)
            case 7:
                try? await execute(Channels.self, .retire(code, original: ["web", "forum", "c1"]), on: board)
            default:
                let channel = ListedChannel(code: code, names: names)
                try? await execute(Channels.self, .entries(.put(channel)), on: board)
            }
            if step % 10 == 0 { try await board.project(batchSize: batchSize) }
        }
        try await board.project(batchSize: batchSize)
        let expected = parents.keys.sorted().map { code -> [String?] in
            var path = [code]
            while let top = path.first, let parent = parents[top] ?? nil { path.insert(parent, at: 0) }
            return [code, path.joined(separator: "/")]
        }
        let query = "SELECT code, array_to_string(path, '/') FROM review.places ORDER BY code"
        #expect(try await board.rows(query) == expected, "seed \(seed)")
        for outcome in try await board.rebuild() {
            #expect(outcome.differences == [:], "seed \(seed), \(outcome.projector)")
        }
        #expect(try await board.rows(query) == expected, "seed \(seed)")
        await board.close()
    }

    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &+ 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
