import Statistics

/// Checks a publication against its rules, from the rows and the contributions alone.
struct PublicationLaws {
    var rule: DisclosureRule

    private struct Claim: Hashable {
        var demand: UInt128
        var person: UInt128?
        var message: UInt128
        var messages: Int
        var support: Int

        init(_ contribution: Contribution) {
            demand = contribution.demand
            person = contribution.person
            message = contribution.message
            messages = contribution.messages
            support = contribution.reportedSupport
        }
    }

    /// The broken rules in words; `subsets` unions of changed rows are drawn when there are too many to try all.
    func broken(
        _ rows: [PublishedRow],
        after previous: [PublishedRow],
        of contributions: [Contribution],
        subsets: Int = 40,
        _ random: inout Seeded
    ) -> [String] {
        sums(rows, contributions) + rows.flatMap(figures) + changes(rows, previous, subsets, &random)
    }

    private func sums(_ rows: [PublishedRow], _ contributions: [Contribution]) -> [String] {
        var broken: [String] = []
        func expect(_ name: String, _ shown: Int, _ true_: Int) {
            if shown != true_ { broken.append("\(name): rows sum to \(shown), contributions to \(true_)") }
        }
        expect("demands", rows.map(\.demands).reduce(0, +), contributions.count)
        expect("messages", rows.map(\.messages).reduce(0, +), contributions.map(\.messages).reduce(0, +))
        expect(
            "unidentified",
            rows.map(\.messagesUnidentified).reduce(0, +),
            contributions.filter { $0.person == nil }.map(\.messages).reduce(0, +)
        )
        expect(
            "support",
            rows.map(\.reportedSupport).reduce(0, +),
            contributions.map(\.reportedSupport).reduce(0, +)
        )
        var left: [Contribution: Int] = [:]
        for member in rows.flatMap(\.members) { left[member.contribution, default: 0] += member.count }
        for contribution in contributions { left[contribution, default: 0] -= 1 }
        if left.values.contains(where: { $0 != 0 }) { broken.append("members are not the contributions") }
        return broken
    }

    private func figures(_ row: PublishedRow) -> [String] {
        var claims: [Claim: Int] = [:]
        for member in row.members { claims[Claim(member.contribution), default: 0] += member.count }
        let added = Set(claims.filter { $0.value > 0 }.map { voice($0.key) })
        let removed = Set(claims.filter { $0.value < 0 }.map { voice($0.key) }).subtracting(added)
        let stands = added.filter(counts).count - removed.filter(counts).count
        var broken: [String] = []
        if stands < rule.k { broken.append("\(shown(row)) stands on \(stands) people") }
        let demands = claims.values.reduce(0, +)
        let people = added.filter(isKnown).count - removed.filter(isKnown).count
        let messages = claims.reduce(0) { $0 + $1.value * $1.key.messages }
        let unidentified = claims.reduce(0) { $0 + ($1.key.person == nil ? $1.value * $1.key.messages : 0) }
        let support = claims.reduce(0) { $0 + $1.value * $1.key.support }
        let figures = [demands, people, messages, unidentified, support]
        if figures.contains(where: { $0 < 0 }) { broken.append("\(shown(row)) is negative") }
        if figures != [row.demands, row.people, row.messages, row.messagesUnidentified, row.reportedSupport] {
            broken.append("\(shown(row)) is not what its members make: \(figures)")
        }
        if row.kind == .cell, row.members.contains(where: { $0.count != 1 || $0.contribution.path != row.path }) {
            broken.append("\(shown(row)) holds strangers")
        }
        return broken
    }

    private func changes(
        _ rows: [PublishedRow],
        _ previous: [PublishedRow],
        _ subsets: Int,
        _ random: inout Seeded
    ) -> [String] {
        struct Key: Hashable {
            var path: [String]
            var kind: PublishedRow.Kind
        }
        var changes: [Key: [Contribution: Int]] = [:]
        for (all, sign) in [(rows, 1), (previous, -1)] {
            for row in all {
                for member in row.members {
                    changes[Key(path: row.path, kind: row.kind), default: [:]][member.contribution, default: 0] +=
                        sign * member.count
                }
            }
        }
        changes = changes.mapValues { $0.filter { $0.value != 0 } }.filter { !$0.value.isEmpty }
        let keys = changes.keys.sorted {
            $0.path == $1.path ? $0.kind < $1.kind : $0.path.lexicographicallyPrecedes($1.path)
        }
        func sum(_ keys: [Key]) -> [Contribution: Int] {
            keys.reduce(into: [:]) { $0.merge(changes[$1] ?? [:], uniquingKeysWith: +) }.filter { $0.value != 0 }
        }
        func claims(_ sum: [Contribution: Int]) -> [Claim: Int] {
            var claims: [Claim: Int] = [:]
            for (contribution, count) in sum { claims[Claim(contribution), default: 0] += count }
            return claims.filter { $0.value != 0 }
        }
        func people(_ claims: some Sequence<Claim>) -> Int { Set(claims.map(voice)).filter(counts).count }
        var broken: [String] = []
        let prefixes = Set(keys.flatMap { key in (0...key.path.count).map { Array(key.path.prefix($0)) } })
        for prefix in prefixes {
            let sum = claims(sum(keys.filter { $0.path.starts(with: prefix) }))
            if !sum.isEmpty, people(sum.keys) < rule.k { broken.append("margin \(prefix): \(people(sum.keys)) people") }
        }
        for key in keys {
            let sum = claims(sum([key]))
            if !sum.isEmpty, people(sum.keys) < rule.k { broken.append("row \(key): \(people(sum.keys)) people") }
        }
        let all = keys.count <= 6
        for number in 0..<(all ? 1 << keys.count : subsets) {
            let union = keys.indices.filter { all ? number & (1 << $0) != 0 : Bool.random(using: &random) }
            let sum = sum(union.map { keys[$0] })
            if !sum.isEmpty, people(sum.keys.map(Claim.init)) < rule.k {
                broken.append("union \(union.map { keys[$0] }): \(people(sum.keys.map(Claim.init))) people")
            }
        }
        return broken
    }

    private func voice(_ claim: Claim) -> String { claim.person.map { "person \($0)" } ?? "message \(claim.message)" }
    private func isKnown(_ voice: String) -> Bool { voice.hasPrefix("person") }
    private func counts(_ voice: String) -> Bool { !rule.strict || isKnown(voice) }
}
