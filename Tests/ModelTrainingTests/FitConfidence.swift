import Testing

@testable import Classification
@testable import ModelTraining

@Suite struct FitConfidence {
    private typealias Answer = (evidence: Float, isRight: Bool)

    /// By hand: 1/2, 3/4, 1/4, 4/4 → the middle two fall, and become 4/8; 1/2 equals them, which pools without change.
    @Test func fallingPointsArePooled() {
        #expect(ConfidenceFit.rising([(1, 2), (3, 4), (1, 4), (4, 4)]) == [0.5, 0.5, 0.5, 1])
        #expect(ConfidenceFit.rising([(4, 4), (3, 4), (2, 4)]) == [0.75, 0.75, 0.75])
        #expect(ConfidenceFit.rising([(1, 4), (2, 4), (3, 4)]) == [0.25, 0.5, 0.75])
    }

    /// 40 answers are two bins of 20: 5 right of the lower, 19 of the upper; with the half that is added, 5.5/21 and 19.5/21.
    @Test func binsBecomePoints() {
        var answers: [Answer] = []
        for number in 0..<20 { answers.append((Float(number), number % 4 == 0)) }
        for number in 20..<40 { answers.append((Float(number), number != 30)) }
        let curve = ConfidenceFit.curve(answers, categories: 10)
        #expect(curve.evidence == [-0.5, 9.5, 29.5])
        #expect(curve.probabilities[0] == 0.1)
        #expect(abs(curve.probabilities[1] - 5.5 / 21) < 1e-6)
        #expect(abs(curve.probabilities[2] - 19.5 / 21) < 1e-6)
    }

    @Test func fewAnswersAreOneBin() {
        let curve = ConfidenceFit.curve([(1, true), (3, true)], categories: 4)
        #expect(curve.evidence == [-0.5, 2])
        #expect(abs(curve.probabilities[1] - 2.5 / 3) < 1e-6)
        #expect(ConfidenceFit.curve([], categories: 4).probability(at: 3) == 0.25)
    }

    /// What every category rejects is a guess, however well the worst of the known texts do.
    @Test func nonsenseIsAGuess() {
        var answers: [Answer] = []
        for number in 0..<40 { answers.append((Float(number) / 40, number % 8 != 0)) }
        let curve = ConfidenceFit.curve(answers, categories: 5)
        #expect(curve.probability(at: -0.5) == 0.2)
        #expect(curve.probability(at: -2) == 0.2)
        #expect(curve.probability(at: 0) > 0.5)
        // Answers that are below the point themselves say more than it: then there is none.
        #expect(ConfidenceFit.curve([(-3, true)], categories: 5).evidence == [-3])
    }

    @Test func theOrderOfTheAnswersDoesNotMatter() {
        var answers: [Answer] = []
        for number in 0..<100 {
            let evidence = number * 37 % 50
            let isRight = number * 31 % 100 < 50
            answers.append((Float(evidence), isRight))
        }
        #expect(ConfidenceFit.curve(answers, categories: 3) == ConfidenceFit.curve(answers.reversed(), categories: 3))
    }
}
