import EventSourcing

/// A finder placed a demand in a topic. Never changed: what reviewers do with topics lies over it.
///
/// Demands are named by the position at which they were opened, as topics are by that of the demand that founded them.
package struct DemandLinked: Sendable, Equatable {
    package var demand: Int16
    /// At which the demand was opened.
    package var position: Position
    /// `t<position>` of the demand that founded it; nil: its words say nothing that could be compared.
    package var topic: String?
    /// Method with its version: `topics-1.1`.
    package var method: String
    package var confidence: Confidence
    /// The demand that it was placed with; nil for a founder.
    package var because: Position?
    /// The first demand of the same wording.
    package var sameWordingAs: Position?

    package init(
        demand: Int16,
        position: Position,
        topic: String?,
        method: String,
        confidence: Confidence,
        because: Position? = nil,
        sameWordingAs: Position? = nil
    ) {
        self.demand = demand
        self.position = position
        self.topic = topic
        self.method = method
        self.confidence = confidence
        self.because = because
        self.sameWordingAs = sameWordingAs
    }
}

extension Message {
    /// What a finder says, once for each demand and method; what is no more is linked all the same: others may name it.
    static func link(_ link: DemandLinked, _ state: State) throws(MessageRejection) -> [MessageEvent] {
        guard state.isReceived else { throw .unknownMessage }
        guard link.demand >= 1, Int(link.demand) <= state.demands.count else { throw .unknownDemand(link.demand) }
        let known = state.demands[Int(link.demand) - 1].link
        return known?.method == link.method ? [] : [.demandLinked(link)]
    }
}
