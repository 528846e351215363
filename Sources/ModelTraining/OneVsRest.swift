import Classification
import Foundation

/// Trains a score for each category: its own texts against all others.
///
/// For each category every feature is scaled by how differently the two sides use it, |ln(p/q)|, where p and q are the
/// feature's share of the vectors of the own texts and of the others (NBSVM: Wang and Manning 2012,
/// aclanthology.org/P12-2018, section 2.3); one that they use nearly alike is left out; then liblinear finds the weights.
enum OneVsRest {
    /// - Parameters:
    ///   - labels: of each text, as a place among the categories.
    ///   - people: of each text.
    static func train(
        texts: [FeatureCounts],
        labels: [Int],
        people: [Int?],
        categories: [String],
        settings: TrainingSettings
    ) throws(TrainingFailure) -> LinearModel {
        let selection = FeatureSelection(texts: texts, people: people, minimumPeople: settings.minimumPeople)
        guard selection.count > 0 else { throw .noFeature(minimumPeople: settings.minimumPeople) }
        let vectors = texts.map(selection.vector)
        let shares = FeatureShares(vectors: vectors, labels: labels, categoryCount: categories.count, selection.count)
        let liblinear = Liblinear(vectors: vectors, featureCount: selection.count)
        let categoryCount = categories.count
        var weights = [Float](repeating: 0, count: selection.count * categoryCount)
        var offsets = [Float](repeating: -1, count: categoryCount)
        for category in 0..<categoryCount {
            let isOwn = labels.map { $0 == category }
            let own = isOwn.count { $0 }
            // A fold may leave a category without texts, or with all of them: its score stays -1.
            guard own > 0, own < labels.count else { continue }
            let (row, offset) = try liblinear.train(
                isOwn: isOwn,
                scales: shares.scales(of: category, own: own, settings),
                weight: pow(Double(labels.count - own) / Double(own), settings.balance),
                settings: settings
            )
            for feature in row.indices { weights[feature * categoryCount + category] = row[feature] }
            offsets[category] = offset
        }
        return LinearModel(
            categories: categories,
            selection: selection,
            weights: weights,
            offsets: offsets,
            minimumPeople: settings.minimumPeople
        )
    }
}

/// How much of each feature each category's texts have.
private struct FeatureShares {
    private let byCategory: [[Double]]
    private let total: [Double]
    /// The sum of the squares of each feature's values.
    private let squares: [Double]
    private let texts: Int

    init(
        vectors: [(places: [Int32], values: [Float])],
        labels: [Int],
        categoryCount: Int,
        _ featureCount: Int
    ) {
        var byCategory = [[Double]](repeating: [Double](repeating: 0, count: featureCount), count: categoryCount)
        var total = [Double](repeating: 0, count: featureCount)
        var squares = total
        for (vector, label) in zip(vectors, labels) {
            for (place, value) in zip(vector.places, vector.values) {
                byCategory[label][Int(place)] += Double(value)
                total[Int(place)] += Double(value)
                squares[Int(place)] += Double(value) * Double(value)
            }
        }
        self.byCategory = byCategory
        self.total = total
        self.squares = squares
        texts = vectors.count
    }

    /// What each feature is multiplied by for a category, such that vectors keep length 1 on average: C then means the
    /// same for every category. 0 for a feature that would count for less than the least scale.
    func scales(of category: Int, own: Int, _ settings: TrainingSettings) -> [Float] {
        let share = Double(own) / Double(texts)
        let ours = byCategory[category].map { $0 + settings.smoothing * share }
        let others = zip(total, byCategory[category]).map { $0 - $1 + settings.smoothing * (1 - share) }
        let ratio = others.reduce(0, +) / ours.reduce(0, +)
        let scales = zip(ours, others).map { abs(log($0 / $1 * ratio)) }
        let square = zip(scales, squares).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
        guard square > 0 else { return scales.map { _ in 1 } }
        let norm = 1 / (square / Double(texts)).squareRoot()
        return scales.map { $0 * norm < settings.leastScale ? 0 : Float($0 * norm) }
    }
}
