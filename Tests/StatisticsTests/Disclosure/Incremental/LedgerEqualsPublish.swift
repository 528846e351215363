import Testing

@testable import Statistics

/// The ledger against its specification over random histories. A failure names the seed that replays it.
@Suite struct LedgerEqualsPublish {
    /// Where a ledger first differed from `publish`.
    struct Difference: CustomStringConvertible {
        var seed: UInt64
        var release: Int
        var what: String
        var description: String { "seed \(seed), release \(release): \(what)" }
    }

    /// How rules follow each other within a history.
    enum Rules: CaseIterable { case constant, changing }

    /// Plays a history to a ledger and to `publish`; `tamper` may touch the ledger after each release.
    private func play(
        _ seed: UInt64,
        _ rules: Rules,
        releases: Int = 16,
        _ course: inout ReleaseCourse,
        tamper: (inout PublicationLedger, [Contribution], [PublishedRow], inout Seeded) -> Void
    ) -> Difference? {
        var random = Seeded(seed)
        var history = LedgerHistory(&random)
        var rule = DisclosureRule(k: Int.random(in: 1...6, using: &random), strict: seed % 4 == 0)
        var ledger = PublicationLedger()
        var rows: [PublishedRow] = []
        defer { course.add(ledger.course) }
        for release in 1...releases {
            for change in history.advance(&random) {
                let isDone = change.isAdded ? ledger.add(change.contribution) : ledger.remove(change.contribution)
                if !isDone { return Difference(seed: seed, release: release, what: "refused \(change)") }
            }
            if rules == .changing, Int.random(in: 0..<3, using: &random) == 0 {
                rule.k = Int.random(in: 0...6, using: &random)
                rule.strict = Int.random(in: 0..<4, using: &random) == 0
            }
            let publication = publish(history.contributions, after: rows, rule: rule)
            let expected = outcome(publication, after: rows)
            let outcome = ledger.release(rule)
            rows = publication.rows ?? rows
            if outcome != expected {
                return Difference(seed: seed, release: release, what: "\(shown(outcome)), not \(shown(expected))")
            }
            if ledger.rows != rows { return Difference(seed: seed, release: release, what: "other rows") }
            tamper(&ledger, history.contributions, rows, &random)
        }
        return nil
    }

    @Test(arguments: Rules.allCases) func publishesWhatPublishDoes(_ rules: Rules) {
        let seeds = UInt64(1)...500
        print("LedgerEqualsPublish.publishesWhatPublishDoes(\(rules)): seeds \(seeds)")
        var course = ReleaseCourse()
        let differences = seeds.compactMap { play($0, rules, &course) { _, _, _, _ in } }
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(3))")
        print(course)
        expectAll(course)
    }

    @Test(arguments: Rules.allCases) func goesOnTheSameWhenRestoredOrSwept(_ rules: Rules) {
        let seeds = UInt64(10_001)...10_300
        print("LedgerEqualsPublish.goesOnTheSameWhenRestoredOrSwept(\(rules)): seeds \(seeds)")
        var course = ReleaseCourse()
        let differences = seeds.compactMap { seed in
            play(seed, rules, &course) { ledger, contributions, rows, random in
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    let before = ledger.course
                    ledger = PublicationLedger(
                        restoring: contributions.shuffled(using: &random),
                        previous: rows.shuffled(using: &random)
                    )
                    ledger.course = before
                case 1: ledger.sweep()
                default: break
                }
            }
        }
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(3))")
        print(course)
        expectAll(course)
    }

    /// A release that nobody reads leaves the same rows.
    @Test func advancesLikeItReleases() {
        for seed in UInt64(20_001)...20_100 {
            var random = Seeded(seed)
            var history = LedgerHistory(&random)
            let rule = DisclosureRule(k: 3)
            var (read, unread) = (PublicationLedger(), PublicationLedger())
            for _ in 1...10 {
                for change in history.advance(&random) {
                    if change.isAdded { read.add(change.contribution) } else { read.remove(change.contribution) }
                    if change.isAdded { unread.add(change.contribution) } else { unread.remove(change.contribution) }
                }
                let isPublished = unread.advance(rule)
                if case .rows = read.release(rule) { #expect(isPublished) } else { #expect(!isPublished) }
            }
            #expect(read.rows == unread.rows, "seed \(seed)")
        }
    }

    /// The control: ledgers that forget something after each release are found out.
    @Test(arguments: Forgetting.allCases) func isFoundOutWhenItForgets(_ forgetting: Forgetting) {
        let seeds = UInt64(1)...100
        print("LedgerEqualsPublish.isFoundOutWhenItForgets(\(forgetting)): seeds \(seeds)")
        var course = ReleaseCourse()
        let differences = seeds.compactMap { seed in
            play(seed, .constant, &course) { ledger, _, _, _ in forgetting.happen(to: &ledger) }
        }
        print("\(differences.count) of \(seeds.count) histories differ")
        #expect(!differences.isEmpty)
    }

    /// What a wrong ledger forgets.
    enum Forgetting: CaseIterable {
        /// The slots that wanted to change and could not, or did.
        case whatIsOpen
        /// What lifted slots sent to the root.
        case theRest
        /// Why the parts of pools are withheld.
        case theBounds
        /// What has been passed to the margins for other reasons than being small.
        case theExtras

        func happen(to ledger: inout PublicationLedger) {
            switch self {
            case .whatIsOpen:
                for slot in ledger.touched { ledger.slots[Int(slot)].isTouched = false }
                ledger.touched = []
            case .theRest: ledger.rest = []
            case .theBounds: for slot in ledger.slots.indices { ledger.slots[slot].unboundedParts = 0 }
            case .theExtras: for slot in ledger.slots.indices { ledger.slots[slot].extra = [] }
            }
        }
    }

    /// Histories that never meet a decision would prove nothing about it.
    private func expectAll(_ course: ReleaseCourse) {
        let least = 40
        #expect(course.published > least && course.waited > least && course.refused > least)
        #expect(course.cellsWritten > least && course.cellsRetired > least && course.poolsRetired > least)
        // Under a constant rule a margin hardly ever changes by fewer people than its rows.
        #expect(course.lifted > least && course.reverted > 8)
        #expect(course.poolsWritten.count == 5 && course.poolsWritten.allSatisfy { $0 > least })
    }
}

/// What `publish` did to the rows before, as a ledger would tell it.
private func outcome(_ publication: Publication, after previous: [PublishedRow]) -> ReleaseOutcome {
    switch publication {
    case .nothing: return .nothing
    case .unchanged: return .unchanged
    case .rows(let rows):
        let before = Set(previous)
        let left = Set(rows.map(\.key))
        return .rows(
            written: rows.filter { !before.contains($0) },
            retired: previous.map(\.key).filter { !left.contains($0) }.sorted()
        )
    }
}

private func shown(_ outcome: ReleaseOutcome) -> String {
    switch outcome {
    case .nothing: "nothing"
    case .unchanged: "unchanged"
    case .rows(let written, let retired): "\(written.map(shown)), without \(retired)"
    }
}

extension ReleaseCourse {
    fileprivate mutating func add(_ other: ReleaseCourse) {
        published += other.published
        waited += other.waited
        refused += other.refused
        cellsWritten += other.cellsWritten
        cellsRetired += other.cellsRetired
        poolsRetired += other.poolsRetired
        lifted += other.lifted
        reverted += other.reverted
        for (depth, count) in other.poolsWritten.enumerated() {
            if poolsWritten.count <= depth { poolsWritten.append(0) }
            poolsWritten[depth] += count
        }
    }
}
