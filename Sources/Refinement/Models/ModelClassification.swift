import Classification
import Demands
import EventLog
import EventSourcing
import Postgres

/// The process by which one model classifies: each demand when it is worded, from the beginning of the log on.
actor ModelClassification: LogProcess {
    nonisolated let name: String
    nonisolated let version: Int

    private let use: ModelInUse
    private let target: ModelTarget
    private let isBeside: Bool
    private let tenant: TenantID
    private let worded: WordedDemands
    private var classifier: Classifier

    /// - Parameter isBeside: whether its word is only recorded.
    init(
        _ use: ModelInUse,
        _ trained: ModelTrained,
        _ model: LinearModel,
        isBeside: Bool,
        tenant: TenantID,
        worded: WordedDemands
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
        classifier = Classifier(model, threshold: Float(use.threshold.tenThousandths) / 10_000)
    }

    func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand] {
        var commands: [ProcessCommand] = []
        for demand in try await worded.found(in: events) {
            // What is forgotten keeps what was said of it.
            guard let words = demand.words else { continue }
            let found = classifier.classify(words.text)
            let value: ClassifyDemand.Value
            switch target {
            case .category: value = .category(found.category ?? unclassifiedCategory)
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
}
