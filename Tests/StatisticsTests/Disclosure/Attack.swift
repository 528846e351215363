import Statistics

/// Every table of a few leaves with at most `most` people in all, one demand a person, and what is shown of it.
///
/// The attacker knows the leaves, the rule and the procedure itself, so that the tables with the same shown rows are
/// exactly what is left possible. A leaf is caught when all of them agree on a count from 1 to k - 1.
struct Attack {
    var leaves: [String]
    var most: Int
    var k: Int

    func tables() -> [[Int]] {
        leaves.reduce([[]]) { tables, _ in
            tables.flatMap { table in (0...most - table.reduce(0, +)).map { table + [$0] } }
        }
    }

    func contributions(_ table: [Int]) -> [Contribution] {
        var demand = 0
        return zip(leaves, table).flatMap { leaf, count in
            (0..<count).map { _ in
                demand += 1
                return voice(demand, demand, leaf)
            }
        }
    }

    /// The caught: tables with a leaf that the attacker knows exactly, though it is small.
    func caught(_ show: ([Contribution]) -> [String]) -> [(table: [Int], leaf: String)] {
        var possible: [[String]: [[Int]]] = [:]
        for table in tables() { possible[show(contributions(table)), default: []].append(table) }
        return possible.values.flatMap { tables in
            leaves.indices.flatMap { leaf -> [(table: [Int], leaf: String)] in
                let counts = Set(tables.map { $0[leaf] })
                guard counts.count == 1, let count = counts.first, (1..<k).contains(count) else { return [] }
                return tables.map { ($0, leaves[leaf]) }
            }
        }
    }
}
