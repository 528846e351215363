import Statistics

/// A random history of one table: demands come, go, move and change their support between releases.
struct RandomHistory {
    private(set) var contributions: [Contribution] = []
    private var next = 1
    private let leaves: [String]
    private let people: Int

    init(_ random: inout Seeded) {
        let shapes = [
            ["a", "b", "c", "d"], ["m/a", "m/b", "n/c", "n/d", "n/e"],
            ["m/x/a", "m/x/b", "m/y/a", "n/x/a", "n/x/b", "n/y/c", "n/y/d"], [""],
            (0..<30).map { "\($0 % 3)/\($0 % 6)/\($0)" },
        ]
        leaves = shapes.randomElement(using: &random) ?? []
        people = Int.random(in: 5...300, using: &random)
    }

    /// What happens until the next release.
    mutating func advance(_ random: inout Seeded) {
        let busy = Int.random(in: 0...3, using: &random)
        for _ in 0..<Int.random(in: 0...[3, 10, 40, 120][busy], using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0 where !contributions.isEmpty:
                contributions.remove(at: Int.random(in: contributions.indices, using: &random))
            case 1 where !contributions.isEmpty:
                contributions[Int.random(in: contributions.indices, using: &random)].path = parts(leaf(&random))
            case 2 where !contributions.isEmpty:
                contributions[Int.random(in: contributions.indices, using: &random)].reportedSupport += 1
            default:
                let known = Int.random(in: 0..<5, using: &random) > 0
                let message = Bool.random(using: &random) ? next : max(1, next - 1)
                contributions.append(
                    voice(
                        next,
                        known ? Int.random(in: 1...people, using: &random) : 0,
                        leaf(&random),
                        message: message,
                        messages: message == next ? 1 : 0,
                        support: Int.random(in: 0...3, using: &random)
                    )
                )
                next += 1
            }
        }
        // Now and then a crowd leaves, or a bulk correction moves one.
        if Int.random(in: 0..<6, using: &random) == 0 { contributions.removeFirst(contributions.count / 3) }
        if Int.random(in: 0..<6, using: &random) == 0 {
            let (from, to) = (parts(leaf(&random)), parts(leaf(&random)))
            for index in contributions.indices where contributions[index].path == from {
                contributions[index].path = to
            }
        }
    }

    /// Coarse weights: early leaves are far more common than late ones.
    private func leaf(_ random: inout Seeded) -> String {
        let first = Int.random(in: leaves.indices, using: &random)
        return leaves[Int.random(in: 0...first, using: &random)]
    }
}
