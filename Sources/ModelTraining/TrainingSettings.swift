import JSONText

/// How a model is made. The defaults are the same for every language and every set of labels.
package struct TrainingSettings: Sendable, Equatable {
    /// A feature that fewer people's texts have is dropped: a rare wording would tell whose text was learned from, and
    /// helps little.
    package var minimumPeople = 5
    /// liblinear's C: what a text on the wrong side costs.
    package var cost = 0.5
    /// How far a rare category's texts count more: their cost is (others / own) to this power. 0: not at all, 1: as much
    /// in sum as all others.
    package var balance = 0.5
    /// Added to what both sides have of a feature before their ratio is taken.
    package var smoothing = 1.0
    /// A feature that two sides use so alike that it would count for less than this share of the average is left out.
    package var leastScale = 0.2
    /// liblinear's stopping criterion.
    package var tolerance = 0.1
    /// Of liblinear's shuffling.
    package var seed = 1
    /// The parts of cross-validation.
    package var folds = 5

    package init() {}

    /// The fewest people that may be asked for: with one alone nothing would be dropped.
    package static let leastMinimumPeople = 2
}

extension TrainingSettings: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("minimumPeople", minimumPeople)
            $0.field("cost", cost)
            $0.field("balance", balance)
            $0.field("smoothing", smoothing)
            $0.field("leastScale", leastScale)
            $0.field("tolerance", tolerance)
            $0.field("seed", seed)
            $0.field("folds", folds)
        }
    }
}
