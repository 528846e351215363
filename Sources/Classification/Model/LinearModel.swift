/// One-vs-rest linear scores over hashed features, with what makes a probability of them.
///
/// The text's vector x has for each known feature (1 + ln count) × inverse document frequency, divided by the vector's
/// length; the score of a category is its weights times x plus its offset. What a feature's inverse document frequency
/// adds to the product lies in `rows` already.
package struct LinearModel: Sendable, Equatable {
    /// In the order of their bytes; at least one, all different.
    package let categories: [String]
    let space: FeatureSpace
    /// A row a feature, a weight a category: the weights of the n-th feature begin at n × `categories.count`.
    let weights: [Float]
    /// One a category.
    let offsets: [Float]
    package let confidence: ConfidenceCurve
    /// Who may be behind a feature at least, as trained.
    package let minimumPeople: Int

    /// The weights times the inverse document frequency, rows padded to whole groups of `width`.
    let rows: [SIMD8<Float>]
    /// Groups of eight a row.
    let groups: Int

    /// How many features the model knows.
    package var featureCount: Int { space.keys.count }

    /// The most categories that a model may have.
    package static let maximumCategories = 5_000

    init(
        categories: [String],
        space: FeatureSpace,
        weights: [Float],
        offsets: [Float],
        confidence: ConfidenceCurve,
        minimumPeople: Int
    ) {
        precondition(offsets.count == categories.count && weights.count == categories.count * space.keys.count)
        self.categories = categories
        self.space = space
        self.weights = weights
        self.offsets = offsets
        self.confidence = confidence
        self.minimumPeople = minimumPeople
        let count = categories.count
        groups = (count + 7) / 8
        var rows = [SIMD8<Float>](repeating: .zero, count: groups * space.keys.count)
        for feature in space.keys.indices {
            for category in 0..<count {
                rows[feature * groups + category / 8][category % 8] =
                    weights[feature * count + category] * space.inverseFrequencies[feature]
            }
        }
        self.rows = rows
    }

    /// The same model with another curve: scores are calibrated once they are known.
    package func calibrated(by curve: ConfidenceCurve) -> LinearModel {
        LinearModel(
            categories: categories,
            space: space,
            weights: weights,
            offsets: offsets,
            confidence: curve,
            minimumPeople: minimumPeople
        )
    }

    package static func == (left: LinearModel, right: LinearModel) -> Bool {
        left.categories == right.categories && left.space == right.space && left.weights == right.weights
            && left.offsets == right.offsets && left.confidence == right.confidence
            && left.minimumPeople == right.minimumPeople
    }
}
