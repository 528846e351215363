import Statistics
import Testing

/// An attacker who knows the leaves, the rule and the procedure tries every table (one demand a person).
@Suite struct AttackOneRelease {
    static let tables = [
        Attack(leaves: ["a", "b"], most: 18, k: 3), Attack(leaves: ["a", "b", "c"], most: 13, k: 4),
        Attack(leaves: ["a", "b", "c"], most: 15, k: 5), Attack(leaves: ["a", "b", "c", "d"], most: 10, k: 3),
        Attack(leaves: ["m/a", "m/b", "n/c"], most: 14, k: 3),
        Attack(leaves: ["m/a", "m/b", "n/c", "n/d"], most: 11, k: 4),
        Attack(leaves: ["m/a", "m/b", "m/c", "n/d", "n/e"], most: 8, k: 3),
        Attack(leaves: ["m/x/a", "m/x/b", "m/y/c", "n/z/d"], most: 10, k: 3),
        Attack(leaves: ["m/x/a", "m/x/b", "m/y/c", "m/y/d", "n/z/e"], most: 8, k: 3),
    ]

    @Test(arguments: tables) func learnsNoSmallCellFromAPublication(_ attack: Attack) {
        let rule = DisclosureRule(k: attack.k)
        let caught = attack.caught { publish($0, after: [], rule: rule).shownRows }
        #expect(caught.isEmpty, "\(caught.prefix(3))")
    }

    /// The control: blanking small cells beside the exact totals of the margins is broken by subtraction.
    @Test(arguments: tables) func learnsSmallCellsFromBlankingAlone(_ attack: Attack) {
        let caught = attack.caught { contributions in
            var totals: [String: Int] = [:]
            for contribution in contributions { totals[contribution.path.first ?? "", default: 0] += 1 }
            let cells = naive(contributions, k: attack.k).filter { $0.kind == .cell }
            let margins = attack.leaves[0].contains("/") ? totals.map { "total \($0.key): \($0.value)" } : []
            return (cells.map(shown) + margins + ["total \(contributions.count)"]).sorted()
        }
        #expect(!caught.isEmpty)
    }
}
