import Demands
import TestSupport

/// What the tenant does with models.
extension Town {
    /// One is trained, put to use, tried beside the one in use, or taken out of use.
    mutating func useModels() {
        let number = Int.random(in: 1...max(1, models.models.count), using: &random)
        let threshold = Confidence(Double.random(in: 0...1, using: &random))
        let command: Models.Command
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: command = .add(trained())
        case 2, 3: command = .activate(model: number, threshold: threshold, isForced: random.chance(80))
        case 4: command = .attempt(model: number, threshold: threshold)
        default: command = .deactivate(one(of: ModelTarget.allCases) ?? .category)
        }
        var state = models
        run(Models.self, command, &state, .only(Models.streamType))
        models = state
    }

    private mutating func trained() -> ModelTrained {
        ModelTrained(
            target: random.chance(70) ? .category : .kind,
            digest: "\(random.next())",
            trainingSet: "\(random.next())",
            examples: Int.random(in: 50...5_000, using: &random),
            labels: Int.random(in: 2...7, using: &random),
            minimumPeople: 5,
            folds: 5,
            macroF1: Confidence(Double.random(in: 0...1, using: &random)),
            accuracy: Confidence(Double.random(in: 0...1, using: &random)),
            calibrationError: Confidence(Double.random(in: 0...1, using: &random))
        )
    }
}
