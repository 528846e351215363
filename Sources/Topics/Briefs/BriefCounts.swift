import EventSourcing

/// Who stood behind a topic, or behind all topics of a brief together, when the brief was drafted.
///
/// Counts of those who spoke. People of several topics count once in the counts of all, so topics must not be summed.
package struct BriefCounts: Sendable, Equatable {
    package var demands: Int
    package var messages: Int
    /// Distinct known persons.
    package var people: Int
    /// Demands whose sender is not known.
    package var unidentified: Int
    /// Those who supported it and have no demand in it: known persons once, others each.
    package var supporters: Int
    /// Likes, signatures as reported; beside people, never added to them.
    package var reportedSupport: Int
    /// When the first of the demands was voiced, and the last.
    package var firstAt: Timestamp
    package var lastAt: Timestamp

    package init(
        demands: Int,
        messages: Int,
        people: Int,
        unidentified: Int,
        supporters: Int,
        reportedSupport: Int,
        firstAt: Timestamp,
        lastAt: Timestamp
    ) {
        self.demands = demands
        self.messages = messages
        self.people = people
        self.unidentified = unidentified
        self.supporters = supporters
        self.reportedSupport = reportedSupport
        self.firstAt = firstAt
        self.lastAt = lastAt
    }
}

/// A topic of a brief, with its counts at that time.
package struct BriefTopic: Sendable, Equatable {
    package var topic: TopicID
    package var counts: BriefCounts

    package init(topic: TopicID, counts: BriefCounts) {
        self.topic = topic
        self.counts = counts
    }
}
