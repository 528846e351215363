import Foundation

/// How sure a score makes: the probability that the first category is the right one.
///
/// A text's evidence is the lead of its best score over the second, plus half of the best score itself. The lead tells
/// how well the category stands out among the others, the score itself whether any category fits at all: a text of a
/// category that training never saw may have a lead, but no good score. The curve rises through points that were fitted
/// to evidence of texts which the model had not seen; between two points it is straight, outside it is flat.
package struct ConfidenceCurve: Sendable, Equatable {
    /// Ascending evidence.
    package let evidence: [Float]
    /// Ascending probabilities of the same points, above 0 and below 1.
    package let probabilities: [Float]

    /// Which share of the best score counts as evidence.
    static let shareOfBest: Float = 0.5

    /// - Precondition: as many of the one as of the other, at least one; both ascend.
    package init(evidence: [Float], probabilities: [Float]) {
        precondition(!evidence.isEmpty && evidence.count == probabilities.count)
        self.evidence = evidence
        self.probabilities = probabilities
    }

    /// The evidence that those scores are. With a single category there is no second: its score stands against 0.
    package static func evidence(best: Float, second: Float?) -> Float {
        best - (second ?? 0) + shareOfBest * best
    }

    /// The probability at that evidence.
    package func probability(at value: Float) -> Float {
        guard let first = evidence.first, value > first else { return probabilities[0] }
        var low = 0
        var high = evidence.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if evidence[middle] <= value { low = middle } else { high = middle }
        }
        guard low + 1 < evidence.count else { return probabilities[low] }
        let width = evidence[low + 1] - evidence[low]
        guard width > 0 else { return probabilities[low + 1] }
        let share = (value - evidence[low]) / width
        return probabilities[low] + share * (probabilities[low + 1] - probabilities[low])
    }
}
