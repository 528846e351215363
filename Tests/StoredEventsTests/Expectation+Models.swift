import Demands
import EventSourcing

private func confidence(_ tenThousandths: Int) -> Confidence {
    guard let confidence = Confidence(tenThousandths: tenThousandths) else { fatalError("no confidence") }
    return confidence
}

extension Expectation {
    static let models: [Expectation] = [
        .init(
            "demands/ModelTrained.v1",
            ModelEvent.trained(
                ModelTrained(
                    number: 3,
                    target: .category,
                    digest: String(repeating: "ab", count: 32),
                    trainingSet: String(repeating: "0f", count: 32),
                    examples: 9_210,
                    labels: 7,
                    minimumPeople: 5,
                    folds: 5,
                    macroF1: confidence(9_050),
                    accuracy: confidence(9_100),
                    calibrationError: confidence(210)
                )
            )
        ),
        .init(
            "demands/ModelActivated.v1",
            ModelEvent.activated(ModelInUse(model: 3, threshold: confidence(6_000)))
        ),
        .init("demands/ModelAttempted.v1", ModelEvent.attempted(ModelInUse(model: 2, threshold: confidence(0)))),
        .init("demands/ModelDeactivated.v1", ModelEvent.deactivated(.kind)),
    ]
}
