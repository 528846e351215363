import Classification
import Demands
import EventLog
import EventSourcing
import Postgres

/// The process by which one model classifies: each demand when it is worded, from the beginning of the log on.
///
/// It was trained from categories as they were then. Where the taxonomy has changed one since, it says what became of it;
/// nothing where that one was dropped, or was split, since nobody taught it the halves.
actor ModelClassification: LogProcess {
    nonisolated let name: String
    nonisolated let version: Int

    private let use: ModelInUse
    private let target: ModelTarget
    private let isBeside: Bool
    private let tenant: TenantID
    private let worded: WordedDemands
    private let trainedAt: Position
    private let categories: CategoryHistories
    private var classifier: Classifier

    /// - Parameter isBeside: whether its word is only recorded.
    init(
        _ use: ModelInUse,
        _ trained: ModelTrained,
        at position: Position,
        _ model: LinearModel,
        isBeside: Bool,
        tenant: TenantID,
        worded: WordedDemands,
        categories: CategoryHistories
    ) {
        // Another threshold is another reading of the log.
        let kind = isBeside ? "judge" : "classify"
        name = "\(kind)-\(trained.target.rawValue)-\(use.threshold.tenThousandths)"
        version = use.model
        self.use = use
        target = trained.target
        self.isBeside = isBeside
        self.tenant = tenant
        self.worded = worded
        self.categories = categories
        trainedAt = position
        classifier = Classifier(model, threshold: Float(use.threshold.tenThousandths) / 10_000)
    }

    func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand] {
        var commands: [ProcessCommand] = []
        let history = try await categories.history(of: tenant).codes
        for demand in try await worded.found(in: events) {
            // What is forgotten keeps what was said of it.
            guard let words = demand.words else { continue }
            let found = classifier.classify(words.text)
            let value: ClassifyDemand.Value
            switch target {
            case .category: value = .category(present(found.category, history))
            case .kind: value = .kind(found.category.flatMap { DemandKind(rawValue: $0) })
            }
            let word = ClassifyDemand(
                demand: demand.number,
                value: value,
                model: use.model,
                confidence: Confidence(Double(found.confidence))
            )
            let command: Message.Command = isBeside ? .judge(word) : .classify(word)
            commands.append(
                ProcessCommand(
                    position: demand.position,
                    submission: Submission(
                        tenant: tenant,
                        stream: demand.stream,
                        actor: "system:classifier",
                        bytes: 256,
                        recognisesItself: true
                    ) { known in
                        Decision(
                            events: try Message.decide(command, Message.state(after: known.history)).map(\.encoded)
                        )
                    }
                )
            )
        }
        return commands
    }

    /// The category that the model's label is by now.
    private func present(_ label: String?, _ history: CategoryHistory) -> String {
        guard let label else { return unclassifiedCategory }
        guard let destination = history.destination(of: label, saidAt: trainedAt) else { return label }
        return destination.isUndecided == true ? unclassifiedCategory : destination.category
    }
}
