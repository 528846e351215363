import Statistics
import Testing

/// The laws over random histories. A failure names the seed that replays it.
@Suite struct PublishProperties {
    @Test func keepsItsLawsOverRandomHistories() {
        print("PublishProperties.keepsItsLawsOverRandomHistories: seeds 1 to 200")
        var published = 0
        var stayed = 0
        for seed in UInt64(1)...200 {
            var random = Seeded(seed)
            let rule = DisclosureRule(k: Int.random(in: 2...6, using: &random), strict: seed % 4 == 0)
            var history = RandomHistory(&random)
            var rows: [PublishedRow] = []
            for release in 1...8 {
                history.advance(&random)
                let publication = publish(history.contributions, after: rows, rule: rule)
                guard let next = publication.rows else {
                    #expect((publication == .nothing) == rows.isEmpty, "seed \(seed)")
                    stayed += 1
                    continue
                }
                let broken = PublicationLaws(rule: rule).broken(
                    next,
                    after: rows,
                    of: history.contributions,
                    &random
                )
                #expect(broken == [], "seed \(seed), release \(release)")
                rows = next
                published += 1
            }
        }
        print("published \(published), stayed \(stayed)")
        #expect(published > 600)
    }

    @Test func doesNotDependOnTheOrderOfItsInput() {
        print("PublishProperties.doesNotDependOnTheOrderOfItsInput: seeds 1001 to 1060")
        for seed in UInt64(1_001)...1_060 {
            var random = Seeded(seed)
            var history = RandomHistory(&random)
            var rows: [PublishedRow] = []
            for _ in 1...5 {
                history.advance(&random)
                let rule = DisclosureRule(k: 3)
                let publication = publish(history.contributions, after: rows, rule: rule)
                let shuffled = rows.shuffled(using: &random).map { row in
                    var row = row
                    row.members.shuffle(using: &random)
                    return row
                }
                #expect(
                    publish(history.contributions.shuffled(using: &random), after: shuffled, rule: rule).shownRows
                        == publication.shownRows,
                    "seed \(seed)"
                )
                rows = publication.rows ?? rows
            }
        }
    }

    /// The control: a publisher that only hides small cells, in the root, breaks the laws and is found out.
    @Test func findsTheLawsBrokenByANaivePublisher() {
        print("PublishProperties.findsTheLawsBrokenByANaivePublisher: seeds 1 to 30")
        var found: Set<String> = []
        for seed in UInt64(1)...30 {
            var random = Seeded(seed)
            var history = RandomHistory(&random)
            var rows: [PublishedRow] = []
            for _ in 1...5 {
                history.advance(&random)
                let next = naive(history.contributions, k: 3)
                let broken = PublicationLaws(rule: DisclosureRule(k: 3)).broken(
                    next,
                    after: rows,
                    of: history.contributions,
                    &random
                )
                found.formUnion(broken.compactMap { $0.split(separator: " ").first.map(String.init) })
                rows = next
            }
        }
        #expect(found.isSuperset(of: ["withheld", "row", "margin", "union"]))
    }
}

/// Cells of k people as they are, the rest in the root, whatever was shown before.
func naive(_ contributions: [Contribution], k: Int) -> [PublishedRow] {
    var cells: [[String]: [Contribution]] = [:]
    for contribution in contributions { cells[contribution.path, default: []].append(contribution) }
    let (large, small) = (cells.filter { people($0.value) >= k }, cells.filter { people($0.value) < k })
    let rest = small.values.flatMap { $0 }
    return large.map { row($0.key, .cell, $0.value) } + (rest.isEmpty ? [] : [row([], .withheld, rest)])
}

private func people(_ contributions: [Contribution]) -> Int {
    Set(contributions.map { "\($0.person == nil) \($0.person ?? $0.message)" }).count
}

private func row(_ path: [String], _ kind: PublishedRow.Kind, _ contributions: [Contribution]) -> PublishedRow {
    PublishedRow(
        path: path,
        kind: kind,
        demands: contributions.count,
        people: Set(contributions.compactMap(\.person)).count,
        messages: contributions.map(\.messages).reduce(0, +),
        messagesUnidentified: contributions.filter { $0.person == nil }.map(\.messages).reduce(0, +),
        reportedSupport: contributions.map(\.reportedSupport).reduce(0, +),
        members: contributions.map { PublishedRow.Member(contribution: $0, count: 1) }
    )
}
