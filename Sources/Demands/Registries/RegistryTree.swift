import JSONText

/// The tree that a registry's entries would make once the wanted ones are in it: who stands below whom.
struct RegistryTree<Entry: RegistryEntry> {
    /// Every code, in the order in which the entries came in, wanted ones that are new last.
    private var codes: [String] = []
    private var parents: [String: String] = [:]
    private var known: Set<String> = []
    private let wanted: [(line: Int?, entry: Entry)]
    /// Indices of `wanted`.
    private var places: [String: Int] = [:]

    init(_ entries: [Entry], with wanted: [(line: Int?, entry: Entry)]) {
        self.wanted = wanted
        for entry in entries + wanted.map(\.entry) {
            if known.insert(entry.code).inserted { codes.append(entry.code) }
            parents[entry.code] = entry.parent
        }
        for (place, wish) in wanted.enumerated() { places[wish.entry.code] = place }
    }

    /// Parents that are not there, circles, and branches with too many levels; each at one entry that was wanted.
    var mistakes: [RegistryMistake] {
        var mistakes: [RegistryMistake] = []
        for (line, entry) in wanted {
            guard let parent = entry.parent, EntryRules.isCode(parent), !known.contains(parent) else { continue }
            mistakes.append(at(line, .unknownCode, "must be the code of an entry that is registered, or in this file"))
        }
        let (depths, circles) = measure()
        for circle in circles { mistakes += report(circle) }
        var reported: Set<Int> = []
        for code in codes where depths[code, default: 0] > RegistryLimit.depth {
            guard let place = nearestWanted(code), reported.insert(place).inserted else { continue }
            mistakes.append(
                at(wanted[place].line, .tooDeep, "makes a tree of more than \(RegistryLimit.depth) levels")
            )
        }
        return mistakes
    }

    /// Levels from the top, from 1, of every code that is in no circle nor below one; and the circles, upwards.
    private func measure() -> (depths: [String: Int], circles: [[String]]) {
        var depths: [String: Int] = [:]
        var circles: [[String]] = []
        for code in codes where depths[code] == nil {
            var way: [String] = []
            var onWay: Set<String> = []
            var next: String? = code
            while let current = next, depths[current] == nil, known.contains(current), onWay.insert(current).inserted {
                way.append(current)
                next = parents[current]
            }
            if let next, onWay.contains(next), let start = way.firstIndex(of: next) {
                circles.append(Array(way[start...]))
                for code in way { depths[code] = 0 }
                continue
            }
            let above = next.map { known.contains($0) ? depths[$0, default: 0] : 0 }
            // Below a circle there is no depth either.
            let isBelowCircle = next.map { known.contains($0) } == true && above == 0
            for (steps, code) in way.reversed().enumerated() {
                depths[code] = isBelowCircle ? 0 : (above ?? 0) + steps + 1
            }
        }
        return (depths, circles)
    }

    /// A circle has a wanted entry: without those there was none. It is told from the first of them.
    private func report(_ circle: [String]) -> [RegistryMistake] {
        let firsts = circle.enumerated().compactMap { index, code in places[code].map { (place: $0, index: index) } }
        guard let first = firsts.min(by: { $0.place < $1.place }) else { return [] }
        let turned = circle[first.index...] + circle[..<first.index]
        let shown = turned.prefix(RegistryLimit.depth).joined(separator: " > ")
        let rest = turned.count > RegistryLimit.depth ? " > …" : ""
        return [
            at(wanted[first.place].line, .treeCycle, "makes a circle: \(shown)\(rest) > \(circle[first.index])")
        ]
    }

    private func nearestWanted(_ code: String) -> Int? {
        var next: String? = code
        while let current = next {
            if let place = places[current] { return place }
            next = parents[current]
        }
        return nil
    }

    private func at(_ line: Int?, _ code: FieldError.Code, _ detail: String) -> RegistryMistake {
        RegistryMistake(line: line, FieldError(pointer: "/parent", code: code, detail: detail))
    }
}
