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

extension Message {
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
                present.method == .reviewer || (present.method == .given && present.category != unclassifiedCategory)
            guard !isSaid else { return [] }
            if present.method == .model, let version = present.methodVersion {
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
