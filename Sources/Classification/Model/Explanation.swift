/// Why a model prefers a category: the pieces of the text that spoke for it and against it.
///
/// Computed when somebody asks, from the text itself; a model alone cannot name the words behind its features.
package struct Explanation: Sendable, Equatable {
    /// A piece of the text as it was compared: folded, in the form that the features saw.
    package struct Piece: Sendable, Equatable {
        package let words: String
        /// Whether this is what the piece says as part of the opening.
        package let isOpening: Bool
        /// How often it stands there.
        package let count: Int
        /// What it adds to the category's score, less what it adds to the other's. All pieces and the offset together
        /// give the difference of the two scores.
        package let share: Float
    }

    package let category: String
    /// The category that it was preferred to; nil when there is no other.
    package let other: String?
    /// By size of the share, largest first; equal ones by words.
    package let pieces: [Piece]
    /// What is left without any piece.
    package let offset: Float
}

extension LinearModel {
    /// Why the text is nearest to the category that it is nearest to, compared with the second.
    ///
    /// - Parameter limit: how many pieces at most.
    package func explanation(of text: String, limit: Int = 10) -> Explanation {
        var classifier = Classifier(self, threshold: 0)
        let (best, second) = Classifier.best(of: classifier.scores(of: text))
        var folded = FoldedText()
        folded.fold(text)

        struct Seen {
            var count: UInt32 = 0
            let from: Int
            let to: Int
            let isOpening: Bool
        }
        var seen: [Int: Seen] = [:]
        space.withLookUp { place in
            func note(_ key: UInt32, _ from: Int, _ to: Int, isOpening: Bool) {
                let place = place(key)
                guard place >= 0 else { return }
                seen[place, default: Seen(from: from, to: to, isOpening: isOpening)].count += 1
            }
            FeatureKeys.visitWhole(folded) { note($0, $1, $2, isOpening: false) }
            FeatureKeys.visitOpening(folded) { note($0, $1, $2, isOpening: true) }
        }
        let features = seen.sorted { $0.key < $1.key }
        var square: Float = 0
        for (feature, seen) in features {
            let value = TextCounts.dampen(seen.count) * space.inverseFrequencies[feature]
            square += value * value
        }
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        var pieces = features.map { feature, seen in
            let row = feature * categories.count
            let weight = weights[row + best] - (second.map { weights[row + $0] } ?? 0)
            return Explanation.Piece(
                words: folded.words(seen.from..<seen.to),
                isOpening: seen.isOpening,
                count: Int(seen.count),
                share: TextCounts.dampen(seen.count) * space.inverseFrequencies[feature] * scale * weight
            )
        }
        // Stable, so that pieces of the same share and words keep the order of their features.
        pieces = pieces.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if a.share.magnitude != b.share.magnitude { return a.share.magnitude > b.share.magnitude }
            if a.words != b.words { return a.words < b.words }
            return left.offset < right.offset
        }
        .map(\.element)
        return Explanation(
            category: categories[best],
            other: second.map { categories[$0] },
            pieces: Array(pieces.prefix(limit)),
            offset: offsets[best] - (second.map { offsets[$0] } ?? 0)
        )
    }
}
