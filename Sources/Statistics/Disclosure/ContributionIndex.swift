/// A multiple of one contribution, by its number in a `ContributionIndex`. A row is a list of these: a signed sum.
struct Term {
    var id: Int
    var count: Int
}

/// The contributions of this release and of the last one, numbered in sorted order, so that sums are plain arrays.
///
/// A *claim* is a contribution without its path: a demand that moved has two contributions and one claim.
struct ContributionIndex {
    private(set) var contributions: [Contribution] = []
    /// By contribution.
    private(set) var claims: [Int] = []
    /// By claim: the first contribution that makes it.
    private(set) var claimants: [Int] = []
    /// By claim: known persons and unidentified messages, numbered together.
    private(set) var people: [Int] = []
    /// By person: whether the rule counts it, and whether it is a known one.
    private(set) var counts: [Bool] = []
    private(set) var known: [Bool] = []
    /// By contribution: its path's place in `paths`.
    private(set) var places: [Int] = []
    let paths: [[String]]
    /// The numbers of the contributions of this release, in the order given.
    private(set) var current: [Int] = []
    /// The terms of each row of the last release, in the order given.
    private(set) var previous: [[Term]] = []

    private enum Voice: Hashable {
        case person(UInt128)
        case message(UInt128)
    }

    init(_ now: [Contribution], _ rows: [PublishedRow], strict: Bool) {
        var all = now
        for row in rows { all.append(contentsOf: row.members.lazy.map(\.contribution)) }
        let (paths, ranks) = Self.rank(all)
        self.paths = paths
        let order = all.indices.sorted { Self.precedes(all[$0], ranks[$0], all[$1], ranks[$1]) }
        var numbers = [Int](repeating: 0, count: all.count)
        var voices: [Voice: Int] = [:]
        for index in order {
            let contribution = all[index]
            let last = contributions.last.map { Self.sameClaim($0, contribution) } ?? false
            if !last {
                let voice = contribution.person.map(Voice.person) ?? .message(contribution.message)
                let person = voices[voice] ?? voices.count
                if person == voices.count {
                    voices[voice] = person
                    known.append(contribution.person != nil)
                    counts.append(contribution.person != nil || !strict)
                }
                claimants.append(contributions.count)
                people.append(person)
            }
            if !last || places.last != ranks[index] {
                contributions.append(contribution)
                claims.append(claimants.count - 1)
                places.append(ranks[index])
            }
            numbers[index] = contributions.count - 1
        }
        current = Array(numbers.prefix(now.count))
        var start = now.count
        for row in rows {
            previous.append(
                row.members.indices.map { Term(id: numbers[start + $0], count: row.members[$0].count) }
            )
            start += row.members.count
        }
    }

    private static func rank(_ all: [Contribution]) -> (paths: [[String]], ranks: [Int]) {
        var found: [[String]: Int] = [:]
        var paths: [[String]] = []
        var ranks: [Int] = []
        ranks.reserveCapacity(all.count)
        for contribution in all {
            if let number = found[contribution.path] {
                ranks.append(number)
            } else {
                ranks.append(paths.count)
                found[contribution.path] = paths.count
                paths.append(contribution.path)
            }
        }
        let order = paths.indices.sorted { paths[$0].lexicographicallyPrecedes(paths[$1]) }
        var places = [Int](repeating: 0, count: paths.count)
        for (place, number) in order.enumerated() { places[number] = place }
        return (order.map { paths[$0] }, ranks.map { places[$0] })
    }

    private static func sameClaim(_ left: Contribution, _ right: Contribution) -> Bool {
        left.demand == right.demand && left.message == right.message && left.person == right.person
            && left.messages == right.messages && left.reportedSupport == right.reportedSupport
    }

    private static func precedes(
        _ left: Contribution,
        _ leftPlace: Int,
        _ right: Contribution,
        _ rightPlace: Int
    ) -> Bool {
        if left.demand != right.demand { return left.demand < right.demand }
        if left.message != right.message { return left.message < right.message }
        if left.person != right.person {
            guard let first = left.person else { return true }
            guard let second = right.person else { return false }
            return first < second
        }
        if left.messages != right.messages { return left.messages < right.messages }
        if left.reportedSupport != right.reportedSupport { return left.reportedSupport < right.reportedSupport }
        return leftPlace < rightPlace
    }
}
