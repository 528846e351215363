import Foundation
import Testing

@testable import Classification

/// A small model made by hand.
enum Example {
    /// Knows the features of a few words, with weights that follow from their place.
    static func model(categories: [String] = ["roads", "schools", "water"], words: [String]) -> LinearModel {
        let keys = Set(words.flatMap { FeatureCounts($0).keys }).sorted()
        return LinearModel(
            categories: categories,
            space: FeatureSpace(keys: keys, inverseFrequencies: keys.indices.map { 1 + Float($0 % 5) / 4 }),
            weights: (0..<(keys.count * categories.count)).map { Float(($0 * 7 + $0 / 3) % 11) / 5 - 1 },
            offsets: categories.indices.map { Float($0) / 10 - 0.1 },
            confidence: ConfidenceCurve(evidence: [-1, 0, 1], probabilities: [0.1, 0.5, 0.9]),
            minimumPeople: 5
        )
    }

    static let words = ["水管坏了", "water pipe", "school road", "Straße", "路灯"]
}

@Suite struct Classify {
    /// The definition, term by term and in double precision.
    private func expected(_ model: LinearModel, _ text: String) -> [Double] {
        let counts = FeatureCounts(text)
        var sums = Array(repeating: 0.0, count: model.categories.count)
        var square = 0.0
        for (key, count) in zip(counts.keys, counts.counts) {
            guard let place = model.space.keys.firstIndex(of: key) else { continue }
            let value = (1 + log(Double(count))) * Double(model.space.inverseFrequencies[place])
            square += value * value
            for category in sums.indices {
                sums[category] += value * Double(model.weights[place * sums.count + category])
            }
        }
        return sums.indices.map { (square > 0 ? sums[$0] / square.squareRoot() : 0) + Double(model.offsets[$0]) }
    }

    @Test(arguments: [1, 2, 3, 7, 8, 9, 16, 77])
    func scoresAreThoseOfTheDefinition(categories: Int) {
        let names = (0..<categories).map { String(format: "c%03d", $0) }
        let model = Example.model(categories: names, words: Example.words)
        var classifier = Classifier(model, threshold: 0)
        for text in ["水管 pipe 水管水管 road", "SCHOOL Strasse strasse", "nothing known xyz", "", "路灯坏了\n路灯"] {
            let found = classifier.scores(of: text)
            for (found, expected) in zip(found, expected(model, text)) {
                #expect(abs(Double(found) - expected) < 1e-5, "\(text)")
            }
        }
    }

    @Test func aTextIsClassifiedTheSameAfterAnyOther() {
        let model = Example.model(words: Example.words)
        var used = Classifier(model, threshold: 0)
        for text in Example.words + Example.words.reversed() {
            var fresh = Classifier(model, threshold: 0)
            #expect(used.classify(text) == fresh.classify(text))
        }
    }

    @Test func belowTheThresholdIsUnclassified() {
        let model = Example.model(words: Example.words)
        var open = Classifier(model, threshold: 0)
        let found = open.classify("water pipe")
        #expect(found.category == found.nearest)
        var strict = Classifier(model, threshold: found.confidence + 0.01)
        let refused = strict.classify("water pipe")
        #expect(refused.category == nil)
        #expect(refused.nearest == found.nearest)
        #expect(refused.confidence == found.confidence)
    }

    @Test func aTextWithoutAKnownFeatureIsUnclassified() {
        var classifier = Classifier(Example.model(words: Example.words), threshold: 0)
        for text in ["", " ", "!!!", "qqqqqq", "🙂🙂🙂"] {
            let found = classifier.classify(text)
            #expect(found.category == nil, "\(text)")
            #expect(found.confidence == 0)
        }
    }

    @Test func theBestAndTheSecond() {
        #expect(Classifier.best(of: [1, 3, 2]).best == 1)
        #expect(Classifier.best(of: [1, 3, 2]).second == 2)
        #expect(Classifier.best(of: [3, 2, 1]).second == 1)
        #expect(Classifier.best(of: [2, 2]).best == 0)
        #expect(Classifier.best(of: [2, 2]).second == 1)
        #expect(Classifier.best(of: [5]).second == nil)
    }

    /// Straight between the points, flat outside.
    @Test func confidence() {
        let curve = ConfidenceCurve(evidence: [-1, 0, 1, 1], probabilities: [0.1, 0.5, 0.7, 0.9])
        #expect(
            [-9, -1, -0.5, 0, 0.5, 2].map { curve.probability(at: $0) }.map { ($0 * 100).rounded() } == [
                10, 10, 30, 50, 60, 90,
            ]
        )
        #expect(ConfidenceCurve(evidence: [0], probabilities: [0.5]).probability(at: 7) == 0.5)
        // The lead 0.75, and half of the best.
        #expect(ConfidenceCurve.evidence(best: 1, second: 0.25) == 1.25)
        #expect(ConfidenceCurve.evidence(best: 1, second: nil) == 1.5)
    }

    /// All pieces and the offset give the difference of the scores.
    @Test(arguments: ["water pipe road", "水管坏了\n路灯坏了", "Straße straße"])
    func explanationsAddUp(text: String) {
        let model = Example.model(words: Example.words)
        var classifier = Classifier(model, threshold: 0)
        let scores = classifier.scores(of: text)
        let (best, second) = Classifier.best(of: scores)
        let explanation = model.explanation(of: text, limit: .max)
        let sum = explanation.pieces.reduce(explanation.offset) { $0 + $1.share }
        #expect(explanation.category == model.categories[best])
        #expect(abs(sum - (scores[best] - (second.map { scores[$0] } ?? 0))) < 1e-5)
        #expect(
            zip(explanation.pieces, explanation.pieces.dropFirst()).allSatisfy {
                $0.share.magnitude >= $1.share.magnitude
            }
        )
        #expect(explanation.pieces == model.explanation(of: text, limit: .max).pieces)
        #expect(model.explanation(of: text, limit: 3).pieces == Array(explanation.pieces.prefix(3)))
    }

    @Test func anExplanationNamesThePieces() {
        let model = Example.model(words: ["water"])
        let pieces = model.explanation(of: "Water, water\nwater", limit: .max).pieces
        let word = pieces.filter { $0.words == "water" && !$0.isOpening }
        #expect(word.map(\.count) == [3])
        #expect(pieces.filter { $0.words == "water" && $0.isOpening }.map(\.count) == [2])
    }
}

@Suite struct MeetOddTexts {
    @Test(arguments: [
        "", "\u{0}", "🙂👨‍👩‍👧‍👦🏳️‍🌈", "مرحبا بالعالم שלום עולם", "水 water воды مياه น้ำ",
        "http://a.example/b?c=d http://e.example/f",
        String(repeating: "a", count: 1_000_000), String(repeating: "水管\n", count: 300_000),
        String(repeating: "\u{FDFA}", count: 10_000), "e" + String(repeating: "\u{301}", count: 10_000),
        "\u{202E}abc\u{202C}", "𝐀𝐁𝐂 𠀀𠀁", "\u{FFFD}\u{FFFF}", String(repeating: " ", count: 100_000),
    ])
    func withAnAnswer(text: String) {
        let model = Example.model(words: Example.words)
        var classifier = Classifier(model, threshold: 0.5)
        let found = classifier.classify(text)
        #expect(found.confidence >= 0 && found.confidence <= 1)
        let isFinite = classifier.scores(of: text).allSatisfy { $0.isFinite }
        #expect(isFinite)
        #expect(model.explanation(of: text).pieces.count <= 10)
        // And nothing of it stays behind.
        var fresh = Classifier(model, threshold: 0.5)
        #expect(classifier.classify("water pipe") == fresh.classify("water pipe"))
    }

    /// Scalars by a generator of its own; the seed is shown.
    @Test(arguments: 1...40)
    func anyScalars(seed: Int) {
        var state = UInt64(seed)
        func next(_ bound: UInt32) -> UInt32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt32(truncatingIfNeeded: state >> 33) % bound
        }
        var scalars = String.UnicodeScalarView()
        for _ in 0..<500 {
            let ceiling: UInt32 = [0x80, 0x300, 0x3000, 0x1_0000, 0x11_0000][Int(next(5))]
            if let scalar = Unicode.Scalar(next(ceiling)) { scalars.append(scalar) }
        }
        let text = String(scalars)
        let model = Example.model(words: [text, "water"])
        var classifier = Classifier(model, threshold: 0)
        let found = classifier.classify(text)
        #expect(found.category != nil, "seed \(seed)")
        let isFinite = classifier.scores(of: text).allSatisfy { $0.isFinite }
        #expect(isFinite, "seed \(seed)")
    }
}
