import Classification

/// Something that runs training tasks: processes of their own, or this one.
protocol TaskRunning: Sendable {
    /// The results, in the order of the tasks.
    func run(_ tasks: [TrainingTask], progress: @escaping @Sendable (_ done: Int) -> Void) async throws -> [[UInt8]]
}

/// Trains models and tells what they are worth.
package struct Trainer: Sendable {
    let settings: TrainingSettings
    let runner: any TaskRunning

    /// A trainer whose work is done by child processes.
    package init(settings: TrainingSettings = TrainingSettings(), processes: TrainingProcesses) {
        self.settings = settings
        runner = processes
    }

    init(settings: TrainingSettings, runner: any TaskRunning) {
        self.settings = settings
        self.runner = runner
    }

    /// How many tasks `train` runs, for a progress bar.
    package var taskCount: Int { settings.folds + 1 }

    /// A calibrated model and its report. The same texts and settings give the same bytes, in whatever order they come.
    package func train(
        _ examples: [LabelledText],
        progress: @escaping @Sendable (_ done: Int) -> Void = { _ in }
    ) async throws -> TrainedModel {
        let (set, judged, bytes) = try await run(examples, withModel: true, progress: progress)
        guard let raw = try bytes.map(ModelFile.decode) else { throw TrainingFailure.brokenProcess("no model came") }
        let model = raw.calibrated(by: judged.curve)
        let encoded = ModelFile.encode(model)
        return TrainedModel(
            model: model,
            bytes: encoded,
            report: TrainingReport(
                model: ModelFile.name(encoded),
                set: set,
                settings: settings,
                features: model.featureCount,
                validation: judged
            )
        )
    }

    /// What such a training is worth, without a model in the end.
    package func validate(
        _ examples: [LabelledText],
        progress: @escaping @Sendable (_ done: Int) -> Void = { _ in }
    ) async throws -> CrossValidation {
        try await run(examples, withModel: false, progress: progress).judged
    }

    private func run(
        _ given: [LabelledText],
        withModel: Bool,
        progress: @escaping @Sendable (_ done: Int) -> Void
    ) async throws -> (set: TrainingSet, judged: CrossValidation, model: [UInt8]?) {
        let set = TrainingSet(given)
        let categories = set.categories
        guard categories.count > 1 else { throw TrainingFailure.oneCategory(categories.first) }
        guard categories.count <= LinearModel.maximumCategories else {
            throw TrainingFailure.tooManyCategories(found: categories.count, maximum: LinearModel.maximumCategories)
        }
        let groups = set.groups()
        let groupCount = Set(groups).count
        guard groupCount >= settings.folds else {
            throw TrainingFailure.fewGroups(found: groupCount, folds: settings.folds)
        }
        let folds = GroupFolds.assign(labels: set.labels, groups: groups, count: settings.folds)
        let shared = set.examples.indices.map { place in
            TrainingTask.Example(
                text: set.examples[place].text,
                label: set.labels[place],
                person: set.people[place],
                fold: folds[place]
            )
        }
        // The longest task first.
        let parts = (withModel ? [nil] : []) + (0..<settings.folds).map(Optional.some)
        let tasks = parts.map {
            TrainingTask(settings: settings, categories: categories, fold: $0, examples: shared)
        }
        let results = try await runner.run(tasks, progress: progress)
        var scores = [[Float]](repeating: [], count: shared.count)
        for (fold, bytes) in zip(parts, results) {
            guard let fold else { continue }
            let places = folds.indices.filter { folds[$0] == fold }
            guard
                let found = TrainingTask.scores(bytes, categoryCount: categories.count, texts: places.count)
            else { throw TrainingFailure.brokenProcess("fold \(fold) gave \(bytes.count) bytes") }
            for (place, row) in zip(places, found) { scores[place] = row }
        }
        let judged = CrossValidation(
            categories: categories,
            scores: scores,
            labels: set.labels,
            folds: folds,
            foldCount: settings.folds
        )
        return (set, judged, withModel ? results[0] : nil)
    }
}

/// A model, its bytes, and what it is worth.
package struct TrainedModel: Sendable {
    package let model: LinearModel
    package let bytes: [UInt8]
    package let report: TrainingReport
}
