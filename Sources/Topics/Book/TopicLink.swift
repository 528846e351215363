/// Where a finder placed a demand, as the book needs to know it; the event is `DemandLinked`, in the message's stream.
package struct TopicLink: Sendable, Equatable {
    /// The position at which the demand was opened.
    package var demand: Int64
    package var topic: TopicID
    /// The person's random token; nil when nobody knows who spoke.
    package var person: String?

    package init(demand: Int64, topic: TopicID, person: String? = nil) {
        self.demand = demand
        self.topic = topic
        self.person = person
    }
}
