/// One answer, and whether it was right.
package struct Judgement: Sendable, Equatable {
    package let confidence: Double
    package let isRight: Bool

    package init(confidence: Double, isRight: Bool) {
        self.confidence = confidence
        self.isRight = isRight
    }
}

extension Collection<Judgement> {
    /// The expected calibration error: answers in bins of the same width by their confidence, and of each bin how far its
    /// mean confidence lies from its share of right answers, weighted by its answers (Naeini et al. 2015; 15 bins as in
    /// Guo et al. 2017, arXiv:1706.04599, eq. 3). 0 without answers.
    package func expectedCalibrationError(bins: Int = 15) -> Double {
        var counts = Array(repeating: 0.0, count: bins)
        var right = counts
        var confidence = counts
        for answer in self {
            let bin = Swift.min(Swift.max(Int(answer.confidence * Double(bins)), 0), bins - 1)
            counts[bin] += 1
            right[bin] += answer.isRight ? 1 : 0
            confidence[bin] += answer.confidence
        }
        guard !isEmpty else { return 0 }
        return zip(right, confidence).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(count)
    }

    /// What is classified, and how well, as the threshold rises: one point for each of these shares of the answers.
    package func coverageCurve(at shares: [Double] = CoveragePoint.shares) -> [CoveragePoint] {
        // Among equal confidences the wrong answers come first: a threshold cannot tell them apart, so the accuracy is
        // rather said too low.
        let sorted = sorted { left, right in
            left.confidence != right.confidence
                ? left.confidence > right.confidence : !left.isRight && right.isRight
        }
        var right = [0]
        for answer in sorted { right.append(right[right.count - 1] + (answer.isRight ? 1 : 0)) }
        return shares.compactMap { share in
            let kept = Int(share * Double(sorted.count) + 1e-9)
            guard kept > 0 else { return nil }
            return CoveragePoint(
                coverage: share,
                threshold: sorted[kept - 1].confidence,
                accuracy: Double(right[kept]) / Double(kept)
            )
        }
    }
}

/// What a threshold costs and brings.
package struct CoveragePoint: Sendable, Equatable {
    /// The share of texts that are classified.
    package let coverage: Double
    /// The confidence from which they are.
    package let threshold: Double
    /// Of these, the share classified rightly.
    package let accuracy: Double

    package init(coverage: Double, threshold: Double, accuracy: Double) {
        self.coverage = coverage
        self.threshold = threshold
        self.accuracy = accuracy
    }

    /// From all to half of the texts.
    package static let shares = [1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5]
}
