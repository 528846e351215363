/// What a model says of a demand.
package struct ClassifyDemand: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        /// `unclassified` when the model is not sure enough.
        case category(String)
        /// Nil when the model is not sure enough.
        case kind(DemandKind?)
    }

    package var demand: Int16
    package var value: Value
    /// The model's number within the tenant.
    package var model: Int
    package var confidence: Confidence

    package init(demand: Int16, value: Value, model: Int, confidence: Confidence) {
        self.demand = demand
        self.value = value
        self.model = model
        self.confidence = confidence
    }
}

/// What a model said that runs beside the one in use.
package struct DemandJudged: Sendable, Equatable {
    package var demand: Int16
    package var value: ClassifyDemand.Value
    package var model: Int
    package var confidence: Confidence

    package init(demand: Int16, value: ClassifyDemand.Value, model: Int, confidence: Confidence) {
        self.demand = demand
        self.value = value
        self.model = model
        self.confidence = confidence
    }
}

extension Message {
    static func judge(_ judgement: ClassifyDemand, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        guard state.isReceived else { throw .unknownMessage }
        let number = judgement.demand
        guard number >= 1, Int(number) <= state.demands.count else { throw .unknownDemand(number) }
        let present = state.demands[Int(number) - 1]
        guard !state.isWithdrawn, !present.isRejoined else { return [] }
        let known = present.judgements.first { $0.model == judgement.model }
        guard known?.value != judgement.value else { return [] }
        return [
            .demandJudged(
                DemandJudged(
                    demand: number,
                    value: judgement.value,
                    model: judgement.model,
                    confidence: judgement.confidence
                )
            )
        ]
    }

    /// What a model's word changes: nothing where a person has spoken, nor where a later model has.
    ///
    /// Nothing is refused that a process cannot help: a message may have been withdrawn, a demand rejoined, since it was
    /// read. A second decision sees that the first one was stored.
    static func classify(
        _ classification: ClassifyDemand,
        _ state: State
    ) throws(MessageRejection) -> [MessageEvent] {
        guard state.isReceived else { throw .unknownMessage }
        let number = classification.demand
        guard number >= 1, Int(number) <= state.demands.count else { throw .unknownDemand(number) }
        let present = state.demands[Int(number) - 1]
        guard !state.isWithdrawn, !present.isRejoined else { return [] }
        switch classification.value {
        case .category(let category):
            let isSaid =
                present.isReviewed || (present.speaker == .given && present.category != unclassifiedCategory)
            guard !isSaid else { return [] }
            if present.method == .model || present.carried?.method == .model,
                let version = present.carried == nil ? present.methodVersion : present.carried?.methodVersion
            {
                guard version <= classification.model else { return [] }
                if version == classification.model, present.category == category { return [] }
            }
            return [
                .demandCategorised(
                    DemandCategorised(
                        demand: number,
                        category: category,
                        method: .model,
                        methodVersion: classification.model,
                        confidence: classification.confidence
                    )
                )
            ]
        case .kind(let kind):
            let isSaid = present.kindMethod == .reviewer || (present.kindMethod == .given && present.kind != nil)
            guard !isSaid else { return [] }
            if present.kindMethod == .model, let version = present.kindMethodVersion {
                guard version <= classification.model else { return [] }
                if version == classification.model, present.kind == kind { return [] }
            }
            return [
                .demandKindSet(
                    DemandKindSet(
                        demand: number,
                        kind: kind,
                        method: .model,
                        methodVersion: classification.model,
                        confidence: classification.confidence
                    )
                )
            ]
        }
    }
}
