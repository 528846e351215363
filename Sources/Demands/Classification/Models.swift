import EventSourcing
import JSONText

/// A tenant's trained models: what each was trained from, how well it does, which ones are in use.
///
/// One stream a tenant. The weights lie beside the log, found by their digest.
package enum Models: Decider {
    package static let streamType = "models"

    /// All of them are read whenever one is added.
    package static let maximumModels = 1_000

    package enum Command: Sendable {
        /// Its number is the next one, whatever the command says.
        case add(ModelTrained)
        /// Makes it the one that classifies, from the beginning of the log on.
        ///
        /// - Parameters:
        ///   - threshold: below it nothing is said.
        ///   - isForced: also when its score is lower than that of the one in use.
        case activate(model: Int, threshold: Confidence, isForced: Bool)
        /// Runs it beside the one in use: its word is recorded, and changes nothing.
        case attempt(model: Int, threshold: Confidence)
        /// Nothing is classified any more; what was stays.
        case deactivate(ModelTarget)
    }

    package struct State: Sendable, Equatable {
        /// In order of their numbers, from 1.
        package var models: [ModelTrained] = []
        package var active: [ModelTarget: ModelInUse] = [:]
        /// In order of their numbers.
        package var attempted: [ModelInUse] = []

        /// Nil when there is no model of this number.
        package func model(_ number: Int) -> ModelTrained? {
            number >= 1 && number <= models.count ? models[number - 1] : nil
        }
    }

    package static var initialState: State { State() }

    package static func decide(_ command: Command, _ state: State) throws(ModelRejection) -> [ModelEvent] {
        switch command {
        case .add(var trained):
            if let known = state.models.first(where: { $0.digest == trained.digest && $0.target == trained.target }) {
                throw .isKnown(known.number)
            }
            guard state.models.count < maximumModels else { throw .tooMany }
            trained.number = state.models.count + 1
            return [.trained(trained)]
        case .activate(let number, let threshold, let isForced):
            guard let model = state.model(number) else { throw .unknown(number) }
            let use = ModelInUse(model: number, threshold: threshold)
            let present = state.active[model.target]
            guard present != use else { return [] }
            if let present, let before = state.model(present.model), !isForced, model.macroF1 < before.macroF1 {
                throw .lowerScore(number, model.macroF1, than: before.number, before.macroF1)
            }
            return [.activated(use)]
        case .attempt(let number, let threshold):
            guard state.model(number) != nil else { throw .unknown(number) }
            let use = ModelInUse(model: number, threshold: threshold)
            if let known = state.attempted.first(where: { $0.model == number }) {
                guard known == use else { throw .isAttempted(number, known.threshold) }
                return []
            }
            return [.attempted(use)]
        case .deactivate(let target):
            guard state.active[target] != nil else { return [] }
            return [.deactivated(target)]
        }
    }

    package static func evolve(_ state: inout State, _ event: ModelEvent) {
        switch event {
        case .trained(let model): state.models.append(model)
        case .activated(let use):
            guard let model = state.model(use.model) else { return }
            state.active[model.target] = use
        case .attempted(let use):
            state.attempted.append(use)
            state.attempted.sort { $0.model < $1.model }
        case .deactivated(let target): state.active[target] = nil
        }
    }
}

/// What a model tells of a demand.
package enum ModelTarget: String, Sendable, CaseIterable {
    case category
    case kind
}

/// A model at work, and how sure it must be.
package struct ModelInUse: Sendable, Hashable {
    package var model: Int
    package var threshold: Confidence

    package init(model: Int, threshold: Confidence) {
        self.model = model
        self.threshold = threshold
    }
}

/// A model was trained; its weights are found by their digest.
package struct ModelTrained: Sendable, Equatable {
    /// From 1 within the tenant.
    package var number: Int
    package var target: ModelTarget
    /// SHA-256 of its bytes, hexadecimal.
    package var digest: String
    /// SHA-256 of the examples that it was trained from, hexadecimal; the same examples have the same.
    package var trainingSet: String
    package var examples: Int
    package var labels: Int
    /// Features that fewer people's texts contained were dropped.
    package var minimumPeople: Int
    package var folds: Int
    /// Cross-validated, groups of near-duplicates kept together: the mean of the labels' F1, the share that was right, the
    /// expected calibration error.
    package var macroF1: Confidence
    package var accuracy: Confidence
    package var calibrationError: Confidence

    package init(
        number: Int = 0,
        target: ModelTarget,
        digest: String,
        trainingSet: String,
        examples: Int,
        labels: Int,
        minimumPeople: Int,
        folds: Int,
        macroF1: Confidence,
        accuracy: Confidence,
        calibrationError: Confidence
    ) {
        self.number = number
        self.target = target
        self.digest = digest
        self.trainingSet = trainingSet
        self.examples = examples
        self.labels = labels
        self.minimumPeople = minimumPeople
        self.folds = folds
        self.macroF1 = macroF1
        self.accuracy = accuracy
        self.calibrationError = calibrationError
    }
}

/// What can happen to a tenant's models.
package enum ModelEvent: EventPayload, Equatable {
    case trained(ModelTrained)
    case activated(ModelInUse)
    case attempted(ModelInUse)
    case deactivated(ModelTarget)

    /// Stored names: never renamed.
    package enum Name {
        package static let trained = "ModelTrained"
        package static let activated = "ModelActivated"
        package static let attempted = "ModelAttempted"
        package static let deactivated = "ModelDeactivated"
        package static let all: Set<String> = [trained, activated, attempted, deactivated]
    }

    package static var types: Set<String> { Name.all }

    package init(present event: RecordedEvent) throws(UndecodableEvent) {
        let body = try EventBody(event)
        switch event.type {
        case Name.trained:
            self = .trained(
                ModelTrained(
                    number: try body.int("model"),
                    target: try body.target(),
                    digest: try body.string("digest"),
                    trainingSet: try body.string("trainingSet"),
                    examples: try body.int("examples"),
                    labels: try body.int("labels"),
                    minimumPeople: try body.int("minimumPeople"),
                    folds: try body.int("folds"),
                    macroF1: try body.confidence("macroF1"),
                    accuracy: try body.confidence("accuracy"),
                    calibrationError: try body.confidence("calibrationError")
                )
            )
        case Name.activated: self = .activated(try body.use())
        case Name.attempted: self = .attempted(try body.use())
        case Name.deactivated: self = .deactivated(try body.target())
        default: throw body.unreadable("this is no event of a model")
        }
    }

    package var encoded: NewEvent {
        switch self {
        case .trained(let model):
            .version1(Name.trained) { json in
                json.field("model", model.number)
                json.field("target", model.target.rawValue)
                json.field("digest", model.digest)
                json.field("trainingSet", model.trainingSet)
                json.field("examples", model.examples)
                json.field("labels", model.labels)
                json.field("minimumPeople", model.minimumPeople)
                json.field("folds", model.folds)
                json.field("macroF1", model.macroF1)
                json.field("accuracy", model.accuracy)
                json.field("calibrationError", model.calibrationError)
            }
        case .activated(let use): .version1(Name.activated) { $0.write(use) }
        case .attempted(let use): .version1(Name.attempted) { $0.write(use) }
        case .deactivated(let target): .version1(Name.deactivated) { $0.field("target", target.rawValue) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ use: ModelInUse) {
        field("model", use.model)
        field("threshold", use.threshold)
    }
}

extension EventBody {
    fileprivate func target() throws(UndecodableEvent) -> ModelTarget {
        let name = try string("target")
        guard let target = ModelTarget(rawValue: name) else { throw unreadable("target \(name) is unknown") }
        return target
    }

    fileprivate func use() throws(UndecodableEvent) -> ModelInUse {
        ModelInUse(model: try int("model"), threshold: try confidence("threshold"))
    }
}

/// What the domain refuses about a model.
package enum ModelRejection: Rejection, Equatable {
    case unknown(Int)
    case notActive(Int)
    case isKnown(Int)
    case isAttempted(Int, Confidence)
    case lowerScore(Int, Confidence, than: Int, Confidence)
    case tooMany

    package var code: String {
        switch self {
        case .unknown: "unknown-model"
        case .notActive: "not-active"
        case .isKnown: "known-model"
        case .isAttempted: "attempted-already"
        case .lowerScore: "lower-score"
        case .tooMany: "too-many-models"
        }
    }

    package var detail: String {
        switch self {
        case .unknown(let number): "there is no model \(number); GET /v1/models lists them"
        case .notActive(let number): "model \(number) is not in use; nothing was changed"
        case .isKnown(let number): "this is model \(number) already, byte for byte; nothing was added"
        case .isAttempted(let number, let threshold):
            "model \(number) runs beside the one in use already, with threshold \(threshold); a model has one threshold there"
        case .lowerScore(let number, let score, let other, let before):
            "model \(number) has a cross-validated macro-F1 of \(score), model \(other), which is in use, \(before); nothing "
                + "was changed. Say force to use it nevertheless"
        case .tooMany: "a tenant has at most \(Models.maximumModels) models; nothing was added"
        }
    }

    package var isStateConflict: Bool {
        switch self {
        case .unknown: false
        case .notActive, .isKnown, .isAttempted, .lowerScore, .tooMany: true
        }
    }
}
