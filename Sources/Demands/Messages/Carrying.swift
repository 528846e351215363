/// What was said of a demand before a version of the taxonomy changed its category.
package struct CarriedCategory: Sendable, Equatable {
    /// The code that the demand had.
    package var category: String
    /// Who had said so: never `taxonomy`; what that carried over before is carried on.
    package var method: ClassificationMethod
    package var methodVersion: Int?
    /// The category was split, and nobody knows which of the new ones is meant.
    package var isUndecided: Bool

    package init(
        category: String,
        method: ClassificationMethod,
        methodVersion: Int? = nil,
        isUndecided: Bool = false
    ) {
        self.category = category
        self.method = method
        self.methodVersion = methodVersion
        self.isUndecided = isUndecided
    }
}

/// What the taxonomy says of a demand whose category it changed.
package struct CarryCategory: Sendable, Equatable {
    package var demand: Int16
    /// What the demand has, as whoever issues this has read it.
    package var from: String
    package var destination: CategoryHistory.Destination

    package init(demand: Int16, from: String, destination: CategoryHistory.Destination) {
        self.demand = demand
        self.from = from
        self.destination = destination
    }
}

extension Message {
    /// What the taxonomy's word changes: nothing when the demand has another category by now, nor when it was said before.
    ///
    /// As with a model's word, nothing is refused that a process cannot help.
    static func carry(_ word: CarryCategory, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        guard state.isReceived else { throw .unknownMessage }
        guard word.demand >= 1, Int(word.demand) <= state.demands.count else { throw .unknownDemand(word.demand) }
        let present = state.demands[Int(word.demand) - 1]
        guard !state.isWithdrawn, !present.isRejoined, let method = present.method,
            present.category.utf8.elementsEqual(word.from.utf8)
        else { return [] }
        let version = word.destination.version
        if method == .taxonomy, let before = present.methodVersion, before >= version { return [] }
        return [
            .demandCategorised(
                DemandCategorised(
                    demand: word.demand,
                    category: word.destination.category,
                    method: .taxonomy,
                    methodVersion: version,
                    carried: CarriedCategory(
                        category: present.category,
                        method: present.carried?.method ?? method,
                        methodVersion: present.carried == nil ? present.methodVersion : present.carried?.methodVersion,
                        isUndecided: word.destination.isUndecided ?? present.carried?.isUndecided ?? false
                    )
                )
            )
        ]
    }
}

extension DemandCategorised {
    /// Whose word this is: that of whoever said it first, where the taxonomy only gave the category another code.
    package var speaker: ClassificationMethod { Self.speaker(method, category, carried) }

    /// A category that was dropped, or split without anybody knowing the half, is nobody's word.
    static func speaker(
        _ method: ClassificationMethod,
        _ category: String,
        _ carried: CarriedCategory?
    ) -> ClassificationMethod {
        guard let carried, !carried.isUndecided, category != unclassifiedCategory else { return method }
        return carried.method
    }
}

extension Message.State.Demand {
    /// As `DemandCategorised.speaker`; nil while nobody classified it.
    var speaker: ClassificationMethod? { method.map { DemandCategorised.speaker($0, category, carried) } }

    /// A reviewer has said it, or has said what was split since: that is for reviewers to decide.
    var isReviewed: Bool {
        speaker == .reviewer || (carried?.isUndecided == true && carried?.method == .reviewer)
    }
}
