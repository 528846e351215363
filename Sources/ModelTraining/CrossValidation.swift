import Classification

/// What a way of training is worth, judged by texts that were not learned from.
package struct CrossValidation: Sendable {
    package let confusion: ConfusionMatrix
    /// Macro-F1 of each fold.
    package let foldMacroF1: [Double]
    /// One an example. The confidence is of a curve fitted to the other folds: nothing is judged by what it was fitted to.
    package let judgements: [Judgement]
    /// Fitted to all folds: the one for a model of all texts.
    let curve: ConfidenceCurve

    package var macroF1: Double { confusion.macroF1 }
    package var accuracy: Double { confusion.accuracy }
    package var expectedCalibrationError: Double { judgements.expectedCalibrationError() }
    package var coverage: [CoveragePoint] { judgements.coverageCurve() }

    /// The standard deviation (n - 1) of the folds' macro-F1.
    package var deviation: Double {
        let mean = foldMacroF1.reduce(0, +) / Double(foldMacroF1.count)
        let squares = foldMacroF1.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return foldMacroF1.count < 2 ? 0 : (squares / Double(foldMacroF1.count - 1)).squareRoot()
    }

    /// - Parameters:
    ///   - scores: of each example, by a model that did not learn from its fold.
    ///   - labels: of each example.
    init(categories: [String], scores: [[Float]], labels: [Int], folds: [Int], foldCount: Int) {
        var confusion = ConfusionMatrix(categories: categories)
        var ofFolds = Array(repeating: ConfusionMatrix(categories: categories), count: foldCount)
        var answers: [(evidence: Float, isRight: Bool)] = []
        for (example, scores) in scores.enumerated() {
            let (best, second) = Classifier.best(of: scores)
            confusion.add(actual: labels[example], found: best)
            ofFolds[folds[example]].add(actual: labels[example], found: best)
            let evidence = ConfidenceCurve.evidence(best: scores[best], second: second.map { scores[$0] })
            answers.append((evidence, best == labels[example]))
        }
        self.confusion = confusion
        foldMacroF1 = ofFolds.map(\.macroF1)
        curve = ConfidenceFit.curve(answers, categories: categories.count)
        let curves = (0..<foldCount).map { fold in
            ConfidenceFit.curve(
                zip(answers, folds).filter { $0.1 != fold }.map(\.0),
                categories: categories.count
            )
        }
        judgements = zip(answers, folds).map { answer, fold in
            Judgement(confidence: Double(curves[fold].probability(at: answer.evidence)), isRight: answer.isRight)
        }
    }
}
