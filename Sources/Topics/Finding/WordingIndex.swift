/// The wordings that were used so far, each under the first demand that used it.
///
/// Nearly equal ones are found by six bands of four minima each (Leskovec, Rajaraman and Ullman, "Mining of Massive
/// Datasets", section 3.4): of two texts with a Jaccard index of 0.85, the chance to miss is 1.2 %.
struct WordingIndex: Sendable {
    private static let bands = 6
    private static let width = 4

    /// The first demand with each exact fingerprint.
    private var exact = HashTable()
    /// The first wording with each band.
    private var bands = HashTable()
    private var minima: [UInt16] = []
    private var owners: [Int32] = []

    /// The first demand of the same wording, and how alike they are; nil for a new wording, which is kept.
    mutating func find(_ wording: Wording, demand: Int32, alike: Double) -> (demand: Int32, likeness: Double)? {
        guard wording.exact != 0 else { return nil }
        if let owner = exact[wording.exact] { return (owner, 1) }
        guard !wording.minima.isEmpty else {
            exact[wording.exact] = demand
            return nil
        }
        var best: (demand: Int32, likeness: Double)?
        let keys = Self.keys(wording)
        for key in keys {
            guard let known = bands[key] else { continue }
            let likeness = wording.likeness(to: self.wording(known))
            let owner = owners[Int(known)]
            guard likeness >= alike else { continue }
            if best.map({ (likeness, -owner) > ($0.likeness, -$0.demand) }) ?? true { best = (owner, likeness) }
        }
        if let best {
            exact[wording.exact] = best.demand
            return best
        }
        exact[wording.exact] = demand
        own(wording, keys, owner: demand)
        return nil
    }

    /// Keeps a wording whose first demand is known.
    ///
    /// - Parameter isFirst: nearly equal ones are to be found by it, too.
    mutating func keep(_ wording: Wording, owner: Int32, isFirst: Bool) {
        guard wording.exact != 0, exact[wording.exact] == nil else { return }
        exact[wording.exact] = owner
        if isFirst, !wording.minima.isEmpty { own(wording, Self.keys(wording), owner: owner) }
    }

    private mutating func own(_ wording: Wording, _ keys: [UInt64], owner: Int32) {
        let number = Int32(owners.count)
        owners.append(owner)
        minima += wording.minima
        for key in keys where bands[key] == nil { bands[key] = number }
    }

    private static func keys(_ wording: Wording) -> [UInt64] {
        (0..<bands).map { band in
            var hash = KeyedHash(key: UInt64(band), kind: 5)
            for minimum in wording.minima[(band * width)..<((band + 1) * width)] { hash.add(UInt32(minimum)) }
            return hash.value
        }
    }

    private func wording(_ number: Int32) -> Wording {
        let start = Int(number) * Wording.bins
        return Wording(exact: 0, minima: Array(minima[start..<(start + Wording.bins)]), length: 0)
    }
}
