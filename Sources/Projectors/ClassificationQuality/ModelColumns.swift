import Demands
import EventSourcing
import Postgres

/// What a batch says of the models themselves.
struct ModelColumns: Sendable {
    /// Columns of `models.sql`.
    struct Trained: Sendable {
        var number: [Int32] = []
        var target: [String] = []
        var digest: [String] = []
        var trainingSet: [String] = []
        var examples: [Int32] = []
        var labels: [Int32] = []
        var macroF1: [Int32] = []
        var accuracy: [Int32] = []
        var calibrationError: [Int32] = []
        var trainedAt: [PostgresTimestamp] = []

        var binds: [any PostgresEncodable] {
            [
                number, target, digest, trainingSet, examples, labels, macroF1, accuracy, calibrationError, trainedAt,
            ]
        }
    }

    /// Columns of `in_use.sql`: what happened, in order.
    struct Uses: Sendable {
        var what: [String] = []
        /// Nil: of a target.
        var model: [Int32?] = []
        /// Nil: the model's.
        var target: [String?] = []
        var threshold: [Int32?] = []

        mutating func append(_ what: String, _ use: ModelInUse) {
            self.what.append(what)
            model.append(Int32(clamping: use.model))
            target.append(nil)
            threshold.append(Int32(use.threshold.tenThousandths))
        }

        var binds: [any PostgresEncodable] { [what, model, target, threshold] }
    }

    var trained = Trained()
    var uses = Uses()

    mutating func append(_ event: ModelEvent, _ recorded: RecordedEvent) {
        switch event {
        case .trained(let model):
            trained.number.append(Int32(clamping: model.number))
            trained.target.append(model.target.rawValue)
            trained.digest.append(model.digest)
            trained.trainingSet.append(model.trainingSet)
            trained.examples.append(Int32(clamping: model.examples))
            trained.labels.append(Int32(clamping: model.labels))
            trained.macroF1.append(Int32(model.macroF1.tenThousandths))
            trained.accuracy.append(Int32(model.accuracy.tenThousandths))
            trained.calibrationError.append(Int32(model.calibrationError.tenThousandths))
            trained.trainedAt.append(PostgresTimestamp(recorded.recordedAt))
        case .activated(let use): uses.append("activated", use)
        case .attempted(let use): uses.append("attempted", use)
        case .deactivated(let target):
            uses.what.append("deactivated")
            uses.model.append(nil)
            uses.target.append(target.rawValue)
            uses.threshold.append(nil)
        }
    }
}
