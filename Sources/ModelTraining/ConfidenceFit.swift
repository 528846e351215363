import Classification

/// Fits a confidence curve to answers on texts that the model had not seen.
///
/// The answers are sorted by their evidence and cut into bins of the same size, at most 15 and of at least 20 answers;
/// each becomes a point: mean evidence, share of right answers (with half an answer added to both sides, so that no
/// confidence is 0 or 1). Points that fall are pooled until all rise (pool adjacent violators: Zadrozny and Elkan 2002).
///
/// One more point stands below all answers: a text that every category rejects by its whole margin, without any lead, is a
/// guess among the categories. No answer tells about such texts, because those judged are of known categories; without
/// this point, nonsense would be as sure as the worst of them.
enum ConfidenceFit {
    private static let maximumBins = 15
    private static let leastOfBin = 20

    /// - Parameter categories: how many there are to guess among.
    static func curve(_ answers: [(evidence: Float, isRight: Bool)], categories: Int) -> ConfidenceCurve {
        let guess = 1 / Float(categories)
        let rejected = ConfidenceCurve.evidence(best: -1, second: -1)
        guard !answers.isEmpty else { return ConfidenceCurve(evidence: [rejected], probabilities: [guess]) }
        let sorted = answers.sorted {
            $0.evidence != $1.evidence ? $0.evidence < $1.evidence : !$0.isRight && $1.isRight
        }
        let bins = min(maximumBins, max(1, sorted.count / leastOfBin))
        var points: [(evidence: Double, right: Double, count: Double)] = []
        for bin in 0..<bins {
            let part = sorted[(bin * sorted.count / bins)..<((bin + 1) * sorted.count / bins)]
            let mean = part.reduce(0) { $0 + Double($1.evidence) } / Double(part.count)
            points.append((mean, Double(part.count { $0.isRight }) + 0.5, Double(part.count) + 1))
        }
        var evidence = points.map { Float($0.evidence) }
        var probabilities = rising(points.map { ($0.right, $0.count) }).map { Float($0) }
        if rejected < evidence[0], guess < probabilities[0] {
            evidence.insert(rejected, at: 0)
            probabilities.insert(guess, at: 0)
        }
        return ConfidenceCurve(evidence: evidence, probabilities: probabilities)
    }

    /// The shares, pooled until none is below the one before; one for each point.
    static func rising(_ points: [(right: Double, count: Double)]) -> [Double] {
        var pools: [(right: Double, count: Double, points: Int)] = []
        for point in points {
            pools.append((point.right, point.count, 1))
            while pools.count > 1 {
                let (last, before) = (pools[pools.count - 1], pools[pools.count - 2])
                guard before.right * last.count >= last.right * before.count else { break }
                pools.removeLast(2)
                pools.append((before.right + last.right, before.count + last.count, before.points + last.points))
            }
        }
        return pools.flatMap { Array(repeating: $0.right / $0.count, count: $0.points) }
    }
}
