import EventSourcing
import Testing

@testable import Demands

@Suite struct UseModels {
    private static let sure = Confidence(0.6)

    private static func trained(
        _ digest: String,
        _ score: Double = 0.9,
        target: ModelTarget = .category,
        number: Int = 0
    ) -> ModelTrained {
        ModelTrained(
            number: number,
            target: target,
            digest: digest,
            trainingSet: "00",
            examples: 100,
            labels: 3,
            minimumPeople: 5,
            folds: 5,
            macroF1: Confidence(score),
            accuracy: Confidence(score),
            calibrationError: Confidence(0.02)
        )
    }

    private static let state = Models.state(
        after: [
            .trained(trained("aa", 0.90, number: 1)), .trained(trained("bb", 0.85, number: 2)),
            .trained(trained("cc", 0.70, target: .kind, number: 3)),
            .activated(ModelInUse(model: 1, threshold: sure)),
        ]
    )

    @Test func numbersThemAndKnowsThemByWhatTheyAre() throws {
        #expect(
            try Models.decide(.add(Self.trained("dd", number: 77)), Self.state)
                == [.trained(Self.trained("dd", number: 4))]
        )
        #expect(throws: ModelRejection.isKnown(2)) { try Models.decide(.add(Self.trained("bb")), Self.state) }
    }

    @Test func oneForEachTargetIsInUse() throws {
        let use = ModelInUse(model: 3, threshold: Self.sure)
        let events = try Models.decide(.activate(model: 3, threshold: Self.sure, isForced: false), Self.state)
        #expect(events == [.activated(use)])
        var state = Self.state
        for event in events { Models.evolve(&state, event) }
        #expect(state.active == [.category: ModelInUse(model: 1, threshold: Self.sure), .kind: use])
        #expect(try Models.decide(.activate(model: 3, threshold: Self.sure, isForced: false), state).isEmpty)
        #expect(try Models.decide(.deactivate(.kind), state) == [.deactivated(.kind)])
        #expect(try Models.decide(.deactivate(.kind), Self.state).isEmpty)
    }

    @Test func aLowerScoreIsUsedOnlyWhenTold() throws {
        #expect(throws: ModelRejection.lowerScore(2, Confidence(0.85), than: 1, Confidence(0.90))) {
            try Models.decide(.activate(model: 2, threshold: Self.sure, isForced: false), Self.state)
        }
        #expect(
            try Models.decide(.activate(model: 2, threshold: Self.sure, isForced: true), Self.state)
                == [.activated(ModelInUse(model: 2, threshold: Self.sure))]
        )
        // Another threshold for the one in use is no lower score.
        let other = Confidence(0.5)
        #expect(
            try Models.decide(.activate(model: 1, threshold: other, isForced: false), Self.state)
                == [.activated(ModelInUse(model: 1, threshold: other))]
        )
    }

    @Test func triesOneBesideTheOneInUse() throws {
        let use = ModelInUse(model: 2, threshold: Self.sure)
        #expect(try Models.decide(.attempt(model: 2, threshold: Self.sure), Self.state) == [.attempted(use)])
        var state = Self.state
        Models.evolve(&state, .attempted(use))
        #expect(try Models.decide(.attempt(model: 2, threshold: Self.sure), state).isEmpty)
        #expect(throws: ModelRejection.isAttempted(2, Self.sure)) {
            try Models.decide(.attempt(model: 2, threshold: Confidence(0.1)), state)
        }
    }

    @Test func refusesWhatThereIsNot() {
        for number in [0, 4, -1] {
            #expect(throws: ModelRejection.unknown(number)) {
                try Models.decide(.activate(model: number, threshold: Self.sure, isForced: true), Self.state)
            }
            #expect(throws: ModelRejection.unknown(number)) {
                try Models.decide(.attempt(model: number, threshold: Self.sure), Self.state)
            }
        }
    }
}
