import Statistics

/// A random history of a small table, made to meet every decision: few people in many cells, moves, crowds that come
/// and leave, unidentified messages, messages of several demands.
struct LedgerHistory {
    private(set) var contributions: [Contribution] = []
    private var next = 1
    private let leaves: [String]
    private let people: Int
    private let churn: Int

    init(_ random: inout Seeded) {
        let depth = Int.random(in: 1...5, using: &random)
        let width = Int.random(in: 1...4, using: &random)
        // Now and then cells lie at different depths, one even at a margin's own path.
        let isRagged = Int.random(in: 0..<6, using: &random) == 0
        leaves = (0..<Int.random(in: 2...24, using: &random)).map { number in
            let length = isRagged ? Int.random(in: 0...depth, using: &random) : depth
            return (0..<length).map { level in
                level == length - 1 ? "\(number)" : "\(Int.random(in: 0..<width, using: &random))"
            }.joined(separator: "/")
        }
        people = [6, 20, 60, 300].randomElement(using: &random) ?? 6
        churn = [4, 12, 30, 80].randomElement(using: &random) ?? 4
    }

    /// What happens until the next release: the changes one by one, in order.
    mutating func advance(_ random: inout Seeded) -> [(contribution: Contribution, isAdded: Bool)] {
        var changes: [(contribution: Contribution, isAdded: Bool)] = []
        for _ in 0..<Int.random(in: 0...churn, using: &random) {
            let index = contributions.indices.randomElement(using: &random)
            switch (Int.random(in: 0..<12, using: &random), index) {
            case (0...1, .some(let index)):
                changes.append((contributions.remove(at: index), false))
            case (2, .some(let index)):
                let path = parts(leaf(&random))
                replace(index, &changes) { $0.path = path }
            case (3, .some(let index)):
                replace(index, &changes) { $0.reportedSupport += 1 }
            default: come(leaf(&random), &random, &changes)
            }
        }
        switch Int.random(in: 0..<14, using: &random) {
        case 0:
            for contribution in contributions.prefix(contributions.count / 3) { changes.append((contribution, false)) }
            contributions.removeFirst(contributions.count / 3)
        case 1:
            let (from, to) = (parts(leaf(&random)), parts(leaf(&random)))
            for index in contributions.indices where contributions[index].path == from {
                replace(index, &changes) { $0.path = to }
            }
        case 2:
            let path = parts(leaf(&random))
            for index in contributions.indices.reversed() where contributions[index].path == path {
                if Int.random(in: 0..<5, using: &random) == 0 { continue }
                changes.append((contributions.remove(at: index), false))
            }
        case 3...4:
            let path = leaf(&random)
            for _ in 0..<12 { come(path, &random, &changes) }
        case 5...7:
            // Many move between neighbours, so that their margin as a whole hardly changes.
            let index = Int.random(in: leaves.indices, using: &random)
            let (from, to) = (parts(leaves[index]), parts(neighbour(of: leaves[index], &random)))
            for index in contributions.indices where contributions[index].path == from {
                if Bool.random(using: &random) { replace(index, &changes) { $0.path = to } }
            }
        case 8:
            for contribution in contributions { changes.append((contribution, false)) }
            for contribution in contributions { changes.append((contribution, true)) }
        default: break
        }
        return changes
    }

    private mutating func come(
        _ path: String,
        _ random: inout Seeded,
        _ changes: inout [(contribution: Contribution, isAdded: Bool)]
    ) {
        let last = Int.random(in: 0..<3, using: &random) == 0 ? contributions.last : nil
        let known = Int.random(in: 0..<5, using: &random) > 0
        let person = known ? Int.random(in: 1...people, using: &random) : 0
        var new = voice(next, person, path, support: Int.random(in: 0...3, using: &random))
        if let last {
            new.message = last.message
            new.person = last.person
            new.messages = 0
        }
        next += 1
        contributions.append(new)
        changes.append((new, true))
    }

    private mutating func replace(
        _ index: Int,
        _ changes: inout [(contribution: Contribution, isAdded: Bool)],
        _ body: (inout Contribution) -> Void
    ) {
        changes.append((contributions[index], false))
        body(&contributions[index])
        changes.append((contributions[index], true))
    }

    /// A leaf in the same margin, if there is another one.
    private func neighbour(of leaf: String, _ random: inout Seeded) -> String {
        let margin = parts(leaf).dropLast()
        return leaves.filter { $0 != leaf && parts($0).dropLast() == margin }.randomElement(using: &random) ?? leaf
    }

    /// Coarse weights: early leaves are far more common than late ones.
    private func leaf(_ random: inout Seeded) -> String {
        let first = Int.random(in: leaves.indices, using: &random)
        return leaves[Int.random(in: 0...first, using: &random)]
    }
}
