import Testing

@testable import Classification

@Suite struct Score {
    /// A worked example, checked by hand: a has 3 texts (2 found as a, 1 as b), b has 2 (1 as b, 1 as c), c has 1 (as c).
    @Test func macroF1() {
        var matrix = ConfusionMatrix(categories: ["a", "b", "c", "never"])
        for (actual, found) in [(0, 0), (0, 0), (0, 1), (1, 1), (1, 2), (2, 2)] {
            matrix.add(actual: actual, found: found)
        }
        let scores = matrix.scores
        // a: precision 2/2, recall 2/3, F1 4/5. b: 1/2, 1/2, 1/2. c: 1/2, 1/1, 2/3.
        #expect(scores.map(\.precision) == [1, 0.5, 0.5, 0])
        #expect(scores.map(\.recall) == [2.0 / 3, 0.5, 1, 0])
        #expect(abs(scores[0].f1 - 0.8) < 1e-12)
        #expect(abs(scores[1].f1 - 0.5) < 1e-12)
        #expect(abs(scores[2].f1 - 2.0 / 3) < 1e-12)
        // A category that neither occurs nor is found is left out.
        #expect(abs(matrix.macroF1 - (0.8 + 0.5 + 2.0 / 3) / 3) < 1e-12)
        #expect(abs(matrix.accuracy - 4.0 / 6) < 1e-12)
    }

    @Test func nothingScoresZero() {
        let matrix = ConfusionMatrix(categories: ["a"])
        #expect(matrix.macroF1 == 0)
        #expect(matrix.accuracy == 0)
        #expect([Judgement]().expectedCalibrationError() == 0)
        #expect([Judgement]().coverageCurve().isEmpty)
    }

    /// By hand, two bins: below one half 0.2 and 0.4, one of two right (mean 0.3, share 0.5: 0.2 × 2/5); above 0.6, 0.9, 0.9,
    /// all right (mean 0.8, share 1: 0.2 × 3/5). Together 0.2.
    @Test func calibrationError() {
        let answers = [(0.2, false), (0.4, true), (0.6, true), (0.9, true), (0.9, true)]
            .map { Judgement(confidence: $0.0, isRight: $0.1) }
        #expect(abs(answers.expectedCalibrationError(bins: 2) - 0.2) < 1e-12)
    }

    @Test func aConfidenceOfOneLiesInTheLastBin() {
        #expect([Judgement(confidence: 1, isRight: true)].expectedCalibrationError() == 0)
        #expect([Judgement(confidence: 1, isRight: false)].expectedCalibrationError() == 1)
    }

    @Test func coverage() {
        let answers = [(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.1, false)]
            .map { Judgement(confidence: $0.0, isRight: $0.1) }
        let curve = answers.coverageCurve(at: [1, 0.8, 0.4, 0.1])
        #expect(curve.map(\.threshold) == [0.1, 0.6, 0.8])
        #expect(curve.map(\.accuracy) == [0.6, 0.75, 1])
    }

    /// Among equal confidences the wrong one counts first.
    @Test func equalConfidencesAreJudgedBadly() {
        let answers = [(0.5, true), (0.5, false)].map { Judgement(confidence: $0.0, isRight: $0.1) }
        #expect(answers.coverageCurve(at: [0.5]).map(\.accuracy) == [0])
    }
}

@Suite struct MakeFolds {
    private func random(_ state: inout UInt64, below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func keepGroupsTogetherAndLabelsEven(seed: UInt64) {
        var state = seed
        var labels: [Int] = []
        var groups: [String] = []
        for group in 0..<400 {
            let label = random(&state, below: 10) < 7 ? 0 : 1 + random(&state, below: 3)
            for _ in 0...(random(&state, below: 20) == 0 ? 5 : 0) {
                labels.append(label)
                groups.append("group \(group)")
            }
        }
        let folds = GroupFolds.assign(labels: labels, groups: groups, count: 5)
        var foldOfGroup: [String: Int] = [:]
        for (group, fold) in zip(groups, folds) {
            #expect(foldOfGroup[group, default: fold] == fold, "seed \(seed)")
            foldOfGroup[group] = fold
        }
        for label in 0..<4 {
            let sizes = (0..<5).map { fold in zip(labels, folds).count { $0.0 == label && $0.1 == fold } }
            let even = Double(labels.count { $0 == label }) / 5
            #expect(sizes.allSatisfy { abs(Double($0) - even) <= max(6, even / 5) }, "seed \(seed): \(sizes)")
        }
    }

    @Test func theOrderOfTheExamplesDoesNotMatter() {
        let labels = (0..<100).map { $0 % 3 }
        let groups = (0..<100).map { "g\($0 / 2)" }
        let folds = GroupFolds.assign(labels: labels, groups: groups, count: 4)
        let reversed = GroupFolds.assign(labels: labels.reversed(), groups: groups.reversed(), count: 4)
        #expect(Array(reversed.reversed()) == folds)
    }

    /// The check above sees what it is to see.
    @Test func tearingAGroupWouldBeSeen() {
        let groups = ["a", "a"]
        let folds = [0, 1]
        var foldOfGroup: [String: Int] = [:]
        var torn = false
        for (group, fold) in zip(groups, folds) {
            if foldOfGroup[group, default: fold] != fold { torn = true }
            foldOfGroup[group] = fold
        }
        #expect(torn)
    }
}
