import Classification
import Demands
import EventLog
import EventSourcing
import Foundation
import ModelTraining

/// Trains models from what people said of a tenant's demands, keeps their weights, and records what they are worth.
package struct ModelTrainings: Sendable {
    /// Fewer labelled demands, or labels, make no model.
    package static let minimumTexts = 50

    private let store: any EventStore
    private let models: ModelStore
    private let labelled: LabelledDemands
    private let trainer: @Sendable (TrainingSettings) -> Trainer

    /// - Parameter trainer: whose children train, under these settings.
    package init(
        store: any EventStore,
        models: ModelStore,
        labelled: LabelledDemands,
        trainer: @escaping @Sendable (TrainingSettings) -> Trainer
    ) {
        self.store = store
        self.models = models
        self.labelled = labelled
        self.trainer = trainer
    }

    /// Trains one from the labels that stand now.
    ///
    /// The same labels under the same settings are the same model, byte for byte: it is not added a second time.
    /// - Throws: `TooFewLabels`, `ModelRejection`, `TrainingFailure`, `StoreFailure`.
    package func train(
        _ target: ModelTarget,
        settings: TrainingSettings = TrainingSettings(),
        tenant: TenantID,
        actor: String
    ) async throws -> (model: ModelTrained, appended: Appended) {
        let texts = try await labelled.texts(for: target, tenant: tenant)
        var counts: [String: Int] = [:]
        for text in texts { counts[text.label, default: 0] += 1 }
        // A label that cross-validation cannot divide says nothing of its worth.
        let usable = texts.filter { counts[$0.label, default: 0] >= settings.folds }
        let labels = Set(usable.map(\.label)).count
        guard usable.count >= Self.minimumTexts, labels >= 2 else {
            throw TooFewLabels(texts: usable.count, labels: labels, folds: settings.folds)
        }
        let trained = try await trainer(settings).train(usable)
        let report = trained.report
        try await models.add(trained.bytes, digest: report.model, tenant: tenant)
        let model = ModelTrained(
            target: target,
            digest: report.model,
            trainingSet: report.trainingSet,
            examples: report.texts,
            labels: report.categories.count,
            minimumPeople: settings.minimumPeople,
            folds: settings.folds,
            macroF1: Confidence(report.macroF1),
            accuracy: Confidence(report.accuracy),
            calibrationError: Confidence(report.expectedCalibrationError)
        )
        let appended = try await store.carryOut(.add(model), tenant: tenant, actor: actor)
        let state = try Models.state(after: appended.history)
        guard let last = state.models.last else { throw StoreFailure.outcomeUnknown }
        return (last, appended)
    }
}

extension EventStore {
    /// Has a command on the tenant's models stored.
    package func carryOut(
        _ command: Models.Command,
        tenant: TenantID,
        actor: String,
        commandID: UUID? = nil
    ) async throws -> Appended {
        try await execute(
            Submission(tenant: tenant, stream: .only(Models.streamType), commandID: commandID, actor: actor) { known in
                let state = try Models.state(after: known.history)
                return Decision(events: try Models.decide(command, state).map(\.encoded))
            }
        )
    }
}

/// There is not enough to learn from.
package struct TooFewLabels: Rejection, Equatable {
    package let texts: Int
    package let labels: Int
    package let folds: Int

    package var code: String { "too-few-labels" }

    package var detail: String {
        "\(texts) demands have one of \(labels) labels that \(folds) demands or more have; a model needs at least "
            + "\(ModelTrainings.minimumTexts) demands and two labels. Label more (POST /v1/demands/{id}/category, or messages "
            + "that come with a category), then train again"
    }

    package var isStateConflict: Bool { true }
}
