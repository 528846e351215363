/// Parts of the examples to judge by in turn, such that a group is in one part and every part has about the same share of
/// each label.
///
/// As scikit-learn's StratifiedGroupKFold: groups one after the other, those first whose labels are most uneven, each
/// into the fold where the labels' shares then differ least. Nothing is random: the order is that of a hash of each
/// group's name, so that neither the order of the file nor of the alphabet matters.
package enum GroupFolds {
    /// The fold of each example, from 0.
    ///
    /// - Parameters:
    ///   - labels: of each example, as a place from 0.
    ///   - groups: of each example.
    ///   - count: how many folds, at least 2.
    package static func assign(labels: [Int], groups: [String], count: Int) -> [Int] {
        precondition(labels.count == groups.count && count >= 2)
        let labelCount = (labels.max() ?? 0) + 1
        var members: [String: [Int]] = [:]
        for (example, group) in groups.enumerated() { members[group, default: []].append(example) }

        var totals = Array(repeating: 0, count: labelCount)
        for label in labels { totals[label] += 1 }
        struct Group {
            let hash: UInt64
            let name: String
            let examples: [Int]
            let spread: Double
        }
        let ordered = members.map { name, examples in
            var counts: [Int: Int] = [:]
            for example in examples { counts[labels[example], default: 0] += 1 }
            let squares = counts.values.reduce(0) { $0 + $1 * $1 }
            // The variance of the label counts, times labelCount squared: whole numbers, the same in any order.
            let spread = labelCount * squares - examples.count * examples.count
            return Group(hash: hash(name), name: name, examples: examples, spread: Double(spread))
        }
        .sorted { left, right in
            if left.spread != right.spread { return left.spread > right.spread }
            if left.hash != right.hash { return left.hash < right.hash }
            return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }

        var folds = Array(repeating: 0, count: labels.count)
        var counts = Array(repeating: Array(repeating: 0, count: labelCount), count: count)
        var sizes = Array(repeating: 0, count: count)
        for group in ordered {
            var added: [Int: Int] = [:]
            for example in group.examples { added[labels[example], default: 0] += 1 }
            let touched = added.sorted { $0.key < $1.key }
            // Adding c of a label to a fold that has n of it adds 2nc + c² to the sum of squares: the least is the most
            // even. Shares instead of numbers, so that rare labels count as much.
            var least = Double.infinity
            var chosen = 0
            for fold in 0..<count {
                var cost = 0.0
                for (label, number) in touched {
                    let total = Double(totals[label])
                    cost += Double(2 * counts[fold][label] * number + number * number) / (total * total)
                }
                if cost < least || (cost == least && sizes[fold] < sizes[chosen]) {
                    (least, chosen) = (cost, fold)
                }
            }
            for (label, number) in touched { counts[chosen][label] += number }
            sizes[chosen] += group.examples.count
            for example in group.examples { folds[example] = chosen }
        }
        return folds
    }

    /// FNV-1a of 64 bits (draft-eastlake-fnv), folded once more: its high bits alone hardly depend on the last bytes.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
    }
}
