/// What a text was found to be.
package struct Classification: Sendable, Equatable {
    /// The category whose score is best; nil: unclassified, because the confidence is below the threshold.
    package let category: String?
    /// The best category whether or not the confidence suffices.
    package let nearest: String
    /// The probability that `nearest` is right.
    package let confidence: Float
    /// The category with the second best score; nil when there is only one.
    package let second: String?
}

/// Classifies texts by one model: the categories of a demand, or its kinds, or whatever the labels were.
///
/// A text gives the same answer whoever else was classified before. A value keeps memory from text to text: use one for
/// each thread, and for many texts.
package struct Classifier: Sendable {
    package let model: LinearModel
    /// Below this confidence a text is unclassified.
    package let threshold: Float

    private var counts: TextCounts
    private var scores: [Float]

    package init(_ model: LinearModel, threshold: Float) {
        self.model = model
        self.threshold = threshold
        counts = TextCounts(features: model.featureCount)
        scores = [Float](repeating: 0, count: model.groups * 8)
    }

    /// What that text is. A text without a single known feature has the confidence of a model that knows nothing of it.
    package mutating func classify(_ text: String) -> Classification {
        score(text)
        let (best, second) = Self.best(of: scores[..<model.categories.count])
        let evidence = ConfidenceCurve.evidence(best: scores[best], second: second.map { scores[$0] })
        let confidence = counts.touched.isEmpty ? 0 : model.confidence.probability(at: evidence)
        return Classification(
            category: confidence >= threshold && confidence > 0 ? model.categories[best] : nil,
            nearest: model.categories[best],
            confidence: confidence,
            second: second.map { model.categories[$0] }
        )
    }

    /// The score of each category, in the model's order.
    package mutating func scores(of text: String) -> [Float] {
        score(text)
        return Array(scores[..<model.categories.count])
    }

    /// The places of the best score and the second; of equal scores the first one.
    package static func best(of scores: some RandomAccessCollection<Float>) -> (best: Int, second: Int?) {
        var best = 0
        var second: Int?
        var highest = -Float.infinity
        var next = -Float.infinity
        for (place, score) in scores.enumerated() {
            if score > highest {
                if place > 0 { second = best }
                next = highest
                (highest, best) = (score, place)
            } else if second == nil || score > next {
                (next, second) = (score, place)
            }
        }
        return (best, second)
    }

    private mutating func score(_ text: String) {
        counts.count(text, in: model.space)
        if model.groups == 1 { scoreNarrow() } else { scoreWide() }
    }

    /// Up to eight categories: the sums stay in registers.
    private mutating func scoreNarrow() {
        var square: Float = 0
        var sums = SIMD8<Float>.zero
        model.rows.withUnsafeBufferPointer { rows in
            model.space.inverseFrequencies.withUnsafeBufferPointer { frequencies in
                counts.take { feature, count in
                    let value = count * frequencies[feature]
                    square += value * value
                    sums += rows[feature] * count
                }
            }
        }
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        for category in model.offsets.indices { scores[category] = sums[category] * scale + model.offsets[category] }
    }

    private mutating func scoreWide() {
        let groups = model.groups
        var square: Float = 0
        let scale = withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: groups) { sums in
            sums.initialize(repeating: .zero)
            model.rows.withUnsafeBufferPointer { rows in
                model.space.inverseFrequencies.withUnsafeBufferPointer { frequencies in
                    counts.take { feature, count in
                        let value = count * frequencies[feature]
                        square += value * value
                        let row = feature * groups
                        for group in 0..<groups { sums[group] += rows[row + group] * count }
                    }
                }
            }
            let scale = square > 0 ? 1 / square.squareRoot() : 0
            for category in model.offsets.indices { scores[category] = sums[category / 8][category % 8] }
            return scale
        }
        for category in model.offsets.indices { scores[category] = scores[category] * scale + model.offsets[category] }
    }
}
