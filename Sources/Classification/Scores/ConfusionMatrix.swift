/// How often texts of each category were taken for each.
package struct ConfusionMatrix: Sendable, Equatable {
    /// Precision, recall and their harmonic mean, of one category.
    package struct Score: Sendable, Equatable {
        package let category: String
        /// Texts that are of the category.
        package let support: Int
        /// Of the texts taken for it, the share that are of it; 0 when none was.
        package let precision: Double
        /// Of the texts that are of it, the share taken for it; 0 when there is none.
        package let recall: Double
        /// 2 × precision × recall / (precision + recall); 0 when both are.
        package let f1: Double
    }

    package let categories: [String]
    /// By place of the true category, then of the one found.
    package private(set) var counts: [[Int]]

    package init(categories: [String]) {
        self.categories = categories
        counts = Array(repeating: Array(repeating: 0, count: categories.count), count: categories.count)
    }

    /// Counts one text: by places among the categories.
    package mutating func add(actual: Int, found: Int) {
        counts[actual][found] += 1
    }

    package var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

    /// The share of texts taken for what they are; 0 without texts.
    package var accuracy: Double {
        total == 0 ? 0 : Double(categories.indices.reduce(0) { $0 + counts[$1][$1] }) / Double(total)
    }

    package var scores: [Score] {
        categories.indices.map { place in
            let right = counts[place][place]
            let support = counts[place].reduce(0, +)
            let taken = counts.reduce(0) { $0 + $1[place] }
            return Score(
                category: categories[place],
                support: support,
                precision: taken == 0 ? 0 : Double(right) / Double(taken),
                recall: support == 0 ? 0 : Double(right) / Double(support),
                f1: support + taken == 0 ? 0 : 2 * Double(right) / Double(support + taken)
            )
        }
    }

    /// The mean of F1 over the categories that occur, true or found; each counts the same, however rare.
    package var macroF1: Double {
        let occurring = zip(scores, categories.indices).filter { score, place in
            score.support > 0 || counts.contains { $0[place] > 0 }
        }
        return occurring.isEmpty ? 0 : occurring.reduce(0) { $0 + $1.0.f1 } / Double(occurring.count)
    }
}
