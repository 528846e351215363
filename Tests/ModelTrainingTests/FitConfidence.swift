import Testing

@testable import Classification
@testable import ModelTraining

@Suite struct FitConfidence {
    /// By hand: 1/2, 3/4, 1/4, 4/4 → the middle two fall, and become 4/8; 1/2 equals them, which pools without change.
    @Test func fallingPointsArePooled() {
        #expect(ConfidenceFit.rising([(1, 2), (3, 4), (1, 4), (4, 4)]) == [0.5, 0.5, 0.5, 1])
        let pooled: [Double] = ConfidenceFit.rising([(3, 3), (2, 3), (1, 3)])
        #expect(pooled == Array(repeating: 2.0 / 3, count: 3))
        #expect(ConfidenceFit.rising([(1, 4), (2, 4), (3, 4)]) == [0.25, 0.5, 0.75])
    }

    /// 40 answers are two bins of 20: 5 right of the lower, 19 of the upper; with the half that is added, 5.5/21 and 19.5/21.
    @Test func binsBecomePoints() {
        let answers = (0..<40).map { (number: Int) -> (evidence: Float, isRight: Bool) in
            (Float(number), number < 20 ? number % 4 == 0 : number != 30)
        }
        let curve = ConfidenceFit.curve(answers)
        #expect(curve.evidence == [9.5, 29.5])
        #expect(abs(curve.probabilities[0] - 5.5 / 21) < 1e-6)
        #expect(abs(curve.probabilities[1] - 19.5 / 21) < 1e-6)
    }

    @Test func fewAnswersAreOneBin() {
        let curve = ConfidenceFit.curve([(1, true), (3, true)])
        #expect(curve.evidence == [2])
        #expect(abs(curve.probabilities[0] - 2.5 / 3) < 1e-6)
        #expect(ConfidenceFit.curve([]).probability(at: 3) == 0.5)
    }

    @Test func theOrderOfTheAnswersDoesNotMatter() {
        let answers = (0..<100).map { (number: Int) -> (evidence: Float, isRight: Bool) in
            (Float(number * 37 % 50), number * 31 % 100 < 50)
        }
        #expect(ConfidenceFit.curve(answers) == ConfidenceFit.curve(answers.reversed()))
    }
}
