import Demands
import EventSourcing
import Foundation
import Testing

/// Random histories of messages, corrections, registries and releases: boards equal a count by hand, and rebuilds.
@Suite struct MoveWithRegistries {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var mixed = state
            mixed ^= mixed >> 33
            mixed = mixed &* 0xFF51_AFD7_ED55_8CCD
            return mixed ^ (mixed >> 33)
        }
    }

    /// What happened, as the test remembers it: the expected counts come from here alone.
    private struct Remembered {
        let stream: StreamID
        let person: String?
        /// By demand; none: a response that voices nothing.
        var places: [String]
        var groups: [[String]]
        var kinds: [DemandKind?]
        let ownPlace: String
        let ownGroups: [String]
        var isWithdrawn = false
    }

    /// Names as registered; resolved anew for each question, without any bookkeeping.
    private struct Registry {
        var names: [String: Set<String>] = [:]
        var recognised: [String: String] = [:]
        var merged: [String: String] = [:]

        func end(_ code: String) -> String { merged[code].map(end) ?? code }

        /// `=code`, or `~` and the name as given.
        func resolve(_ given: String) -> String {
            let name = given.trimmingCharacters(in: .whitespaces)
            let key = name.lowercased()
            if let code = recognised[key] { return "=" + end(code) }
            let ends = Set(names.filter { $0.value.contains(key) || $0.key == key }.map { end($0.key) })
            if ends.count == 1, let only = ends.first { return "=" + only }
            return "~" + name
        }
    }

    private static let words = ["Ash", "ash ", "Birch", "BIRCH", "Cedar", "Elm", " elm", "g1", "G2"]

    @Test(arguments: [1, 7, 4000])
    func boardsEqualACountByHand(_ batchSize: Int) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("MoveWithRegistries seed \(seed), batches of \(batchSize)")
        var random = Generator(state: seed)
        let board = try await TestBoard.make()
        var messages: [Remembered] = []
        var groups = Registry()
        var places = Registry()
        for _ in 0..<160 {
            switch Int.random(in: 0..<16, using: &random) {
            case 0...5: messages.append(try await speak(board, &random))
            case 6, 7: try await correct(board, &messages, &random)
            case 8: try await withdraw(board, &messages, &random)
            case 9, 10: try await register(board, &groups, isGroup: true, &random)
            case 11: try await register(board, &places, isGroup: false, &random)
            case 12:
                guard
                    let code = groups.names.keys.sorted().filter({ groups.merged[$0] == nil })
                        .randomElement(using: &random)
                else { continue }
                let word = Self.words.randomElement(using: &random) ?? ""
                try await board.recognise(word, as: code)
                groups.recognised[word.trimmingCharacters(in: .whitespaces).lowercased()] = code
            case 13:
                let open = groups.names.keys.sorted().filter { groups.merged[$0] == nil }
                guard let from = open.randomElement(using: &random), let into = open.randomElement(using: &random),
                    from != into
                else { continue }
                try await board.merge(from, into: into)
                groups.merged[from] = into
            case 14: try await board.project(batchSize: batchSize)
            default:
                try await board.project(batchSize: batchSize)
                _ = try? await board.release()
            }
        }
        try await board.project(batchSize: batchSize)
        let present = messages.filter { !$0.isWithdrawn }
        try await expect(board, present, groups, places, "seed \(seed)")
        for outcome in try await board.rebuild() {
            #expect(outcome.differences == [:], "seed \(seed), \(outcome.projector)")
        }
        try await expect(board, present, groups, places, "seed \(seed), rebuilt")
        for view in ["demand_board", "demand_board_by_group", "coverage"] {
            let small = try await board.rows(
                """
                SELECT 1 FROM aggregates.\(view)
                WHERE people + messages_unidentified < 3 AND NOT is_withheld AND people + messages > 0
                """,
                as: "analyst"
            )
            #expect(small == [], "seed \(seed), \(view)")
        }
        await board.close()
    }

    // What happens

    private func some(_ random: inout Generator) -> [String] {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in Self.words.randomElement(using: &random) ?? "" }
    }

    private func links(_ names: [String]) -> [GroupLink] { names.map { GroupLink(name: $0, ties: [.affinity]) } }

    private func speak(_ board: TestBoard, _ random: inout Generator) async throws -> Remembered {
        let number = Int.random(in: 0..<14, using: &random)
        let person = number < 12 ? "p\(number)" : nil
        let place = Bool.random(using: &random) ? Self.words.randomElement(using: &random) ?? "" : ""
        let groups = some(&random)
        if Int.random(in: 0..<3, using: &random) == 0 {
            let stream = TestBoard.response()
            let count = Int.random(in: 0...2, using: &random)
            try await board.respond(
                stream,
                person: person,
                place: place.isEmpty ? nil : place,
                groups: links(groups),
                demands: (0..<count).map { DemandOpened(demand: Int16($0 + 1)) }
            )
            return Remembered(
                stream: stream,
                person: person,
                places: Array(repeating: place, count: count),
                groups: Array(repeating: groups, count: count),
                kinds: Array(repeating: nil, count: count),
                ownPlace: place,
                ownGroups: groups
            )
        }
        let stream = TestBoard.message()
        try await board.receive(
            stream,
            category: "roads",
            person: person,
            place: place.isEmpty ? nil : place,
            groups: links(groups),
            kind: .request
        )
        return Remembered(
            stream: stream,
            person: person,
            places: [place],
            groups: [groups],
            kinds: [.request],
            ownPlace: place,
            ownGroups: groups
        )
    }

    private func correct(
        _ board: TestBoard,
        _ messages: inout [Remembered],
        _ random: inout Generator
    ) async throws {
        guard let index = messages.indices.randomElement(using: &random), !messages[index].isWithdrawn,
            let demand = messages[index].places.indices.randomElement(using: &random)
        else { return }
        let stream = messages[index].stream
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            let place = Bool.random(using: &random) ? Self.words.randomElement(using: &random) ?? "" : ""
            messages[index].places[demand] = place
            try await board.execute(.setPlace(demand: Int16(demand + 1), place.isEmpty ? nil : place), stream)
        case 1:
            let groups = some(&random)
            messages[index].groups[demand] = groups
            try await board.execute(.setGroups(demand: Int16(demand + 1), links(groups)), stream)
        default:
            let kind = [DemandKind.complaint, .praise, nil].randomElement(using: &random) ?? nil
            messages[index].kinds[demand] = kind
            try await board.execute(.setKind(demand: Int16(demand + 1), kind), stream)
        }
    }

    private func withdraw(
        _ board: TestBoard,
        _ messages: inout [Remembered],
        _ random: inout Generator
    ) async throws {
        guard let index = messages.indices.randomElement(using: &random), !messages[index].isWithdrawn else { return }
        messages[index].isWithdrawn = true
        try await board.execute(.withdraw(by: "person"), messages[index].stream)
    }

    private func register(
        _ board: TestBoard,
        _ registry: inout Registry,
        isGroup: Bool,
        _ random: inout Generator
    ) async throws {
        let code = "g\(Int.random(in: 1...5, using: &random))"
        guard registry.merged[code] == nil else { return }
        let name = Self.words.randomElement(using: &random) ?? ""
        let alias = Self.words.randomElement(using: &random) ?? ""
        let isChange = registry.names[code] != nil
        if isGroup {
            try await board.registerGroup(code, ["en": name], aliases: [alias], again: isChange)
        } else {
            try await board.registerPlace(code, ["en": name], aliases: [alias], again: isChange)
        }
        registry.names[code] = Set([name, alias].map { $0.trimmingCharacters(in: .whitespaces).lowercased() })
    }

    // What is expected

    private struct Count {
        var items = 0
        var persons: Set<String> = []

        mutating func add(_ person: String?) {
            items += 1
            if let person { persons.insert(person) }
        }
    }

    private func rows(_ counts: [String: Count]) -> [[String?]] {
        counts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { [$0, "\(counts[$0]?.items ?? 0)", "\(counts[$0]?.persons.count ?? 0)"] }
    }

    private func expect(
        _ board: TestBoard,
        _ messages: [Remembered],
        _ groups: Registry,
        _ places: Registry,
        _ note: String
    ) async throws {
        var byPlace: [String: Count] = [:]
        var byGroup: [String: Count] = [:]
        var heard: [String: Count] = [:]
        for message in messages {
            var names: Set<String> = []
            for demand in message.places.indices {
                let place = message.places[demand]
                let category = message.stream.type == "response" ? "unclassified" : "roads"
                let kind = category + " " + (message.kinds[demand]?.rawValue ?? "-")
                byPlace[kind + " " + (place.isEmpty ? "" : places.resolve(place)), default: Count()].add(message.person)
                if !place.isEmpty { names.insert("place" + places.resolve(place)) }
                for group in Set(message.groups[demand].map(groups.resolve)) {
                    byGroup[group, default: Count()].add(message.person)
                    names.insert("group" + group)
                }
            }
            if message.places.isEmpty {
                if !message.ownPlace.isEmpty { names.insert("place" + places.resolve(message.ownPlace)) }
                for group in message.ownGroups { names.insert("group" + groups.resolve(group)) }
            }
            for name in names { heard[name, default: Count()].add(message.person) }
        }
        let mark = "CASE WHEN is_registered THEN '=' ELSE '~' END"
        #expect(
            try await board.rows(
                """
                SELECT n, demands, people FROM (SELECT category_code || ' ' || COALESCE(kind, '-') || ' '
                    || COALESCE(CASE WHEN place_code IS NULL THEN '~' ELSE '=' END || place, '') AS n, demands, people
                FROM review.demand_board) AS q ORDER BY n COLLATE "C"
                """
            ) == rows(byPlace),
            "\(note)"
        )
        #expect(
            try await board.rows(
                """
                SELECT n, demands, people FROM (SELECT \(mark) || COALESCE(group_code, group_name) AS n, demands, people
                FROM review.demand_board_by_group_total) AS q ORDER BY n COLLATE "C"
                """
            ) == rows(byGroup),
            "\(note)"
        )
        #expect(
            try await board.rows(
                """
                SELECT n, messages, people FROM (SELECT dimension || \(mark) || COALESCE(code, name) AS n, messages, people
                FROM review.coverage WHERE dimension <> 'channel' ) AS q WHERE messages > 0 ORDER BY n COLLATE "C"
                """
            ) == rows(heard),
            "\(note)"
        )
    }
}
