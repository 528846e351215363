/// What the finder decided about one demand: the content of the events that record it.
package struct Placement: Sendable, Equatable {
    /// The demand's position, as it was given.
    package let demand: Int64
    /// The position of the demand that founded the topic; nil when there was nothing to compare.
    package let topic: Int64?
    /// Whether this demand founded it.
    package let isNew: Bool
    /// Likeness, 0 to 1: the cosine with the topic, or how alike the wordings are; 1 for a founder.
    package let confidence: Double
    /// The demand that it was placed with: the latest one of the topic with the rarest feature that both have, or the one
    /// of the same wording; nil for a founder.
    package let because: Int64?
    /// The first demand of the same wording, whatever its topic: shown once, while each person counts.
    package let sameWordingAs: Int64?
    /// Topics that this demand showed to be one, in the order in which they were joined.
    package let joins: [Join]

    /// Two topics turned out to be one.
    package struct Join: Sendable, Equatable {
        /// Founder of the smaller topic, which ends.
        package let from: Int64
        /// Founder of the larger one.
        package let into: Int64
        package let confidence: Double

        package init(from: Int64, into: Int64, confidence: Double) {
            self.from = from
            self.into = into
            self.confidence = confidence
        }
    }

    package init(
        demand: Int64,
        topic: Int64?,
        isNew: Bool,
        confidence: Double,
        because: Int64?,
        sameWordingAs: Int64?,
        joins: [Join]
    ) {
        self.demand = demand
        self.topic = topic
        self.isNew = isNew
        self.confidence = confidence
        self.because = because
        self.sameWordingAs = sameWordingAs
        self.joins = joins
    }
}

/// What was recorded of a demand when it was placed: enough to place it there again without its words.
package struct PastPlacement: Sendable, Equatable {
    /// The position of the demand that founded the topic; nil: it has none.
    package var topic: Int64?
    package var sameWordingAs: Int64?
    /// Topics that this demand showed to be one, by their founders.
    package var joins: [Join] = []

    package struct Join: Sendable, Equatable {
        package let from: Int64
        package let into: Int64

        package init(from: Int64, into: Int64) {
            self.from = from
            self.into = into
        }
    }

    package init(topic: Int64?, sameWordingAs: Int64? = nil) {
        self.topic = topic
        self.sameWordingAs = sameWordingAs
    }
}
