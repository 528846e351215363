import EventSourcing

/// What is counted of one topic; every column for itself, none added to another.
package struct TopicTally: Sendable, Equatable {
    /// The demand that founded it.
    package let topic: Int64
    package let demands: Int
    /// Different known persons, however many demands each has.
    package let people: Int
    /// Demands of senders whom nobody knows.
    package let unidentified: Int
    /// Different wordings: demands of the same wording are shown once.
    package let wordings: Int
    /// Likes or signatures that the sources report: beside people, never added to them.
    package let support: Int
    package let first: Timestamp
    package let last: Timestamp
    /// nil with fewer people than `HeatRules.minimumPeople`.
    package let heat: Heat?
    package let trend: Trend?

    /// Counts a topic's demands; nil when there are none.
    ///
    /// - Parameter repeated: how many of them are worded as an earlier one of the same topic.
    package init?(topic: Int64, voices: [Voice], repeated: Int, now: Timestamp, rules: HeatRules) {
        guard let first = voices.map(\.at).min(), let last = voices.map(\.at).max() else { return nil }
        self.topic = topic
        demands = voices.count
        people = Set(voices.compactMap(\.person).map { Array($0.utf8) }).count
        unidentified = voices.count { $0.person == nil }
        wordings = voices.count - repeated
        support = voices.reduce(0) { $0 + max(0, $1.support) }
        self.first = first
        self.last = last
        heat = rules.heat(of: voices, now: now)
        trend = rules.trend(of: voices, now: now)
    }

    /// What topics can be ranked by; the earlier topic of equal ones comes first.
    package enum Ranking: String, Sendable, CaseIterable {
        case heat, people
        /// Heat by people alone.
        case heatWithoutSupport = "heat-without-support"

        /// Whether the left topic comes before the right one.
        package func precedes(_ left: TopicTally, _ right: TopicTally) -> Bool {
            let (leftKey, rightKey) = (key(left), key(right))
            if leftKey != rightKey { return leftKey > rightKey }
            // Topics of too few people for heat stand below, by their people.
            if left.people != right.people { return left.people > right.people }
            return left.topic < right.topic
        }

        private func key(_ tally: TopicTally) -> Double {
            switch self {
            case .heat: tally.heat?.total ?? 0
            case .people: Double(tally.people)
            case .heatWithoutSupport: tally.heat?.people ?? 0
            }
        }
    }
}
