/// What the finder keeps of a topic: how many demands it has, and in how many of them each feature was.
struct TopicSketch: Sendable {
    struct Feature: Sendable {
        let feature: UInt32
        var count: UInt32
    }

    /// More features than this are cut down to `kept`.
    static let most = 96
    static let kept = 48

    /// Of the demand that founded it.
    let founder: Int64
    var demands = 0
    /// In ascending order of feature.
    var features: [Feature] = []

    init(founder: Int64) {
        self.founder = founder
    }

    mutating func add(_ added: [Feature]) {
        guard !features.isEmpty else {
            features = added
            return
        }
        var merged: [Feature] = []
        merged.reserveCapacity(features.count + added.count)
        var left = 0
        var right = 0
        while left < features.count || right < added.count {
            if right == added.count || (left < features.count && features[left].feature < added[right].feature) {
                merged.append(features[left])
                left += 1
            } else if left == features.count || added[right].feature < features[left].feature {
                merged.append(added[right])
                right += 1
            } else {
                let sum = features[left].count.addingReportingOverflow(added[right].count)
                merged.append(Feature(feature: features[left].feature, count: sum.overflow ? .max : sum.partialValue))
                left += 1
                right += 1
            }
        }
        features = merged
    }

    /// Keeps the features that say most about it, when there are too many.
    mutating func trim(_ counts: FeatureCounts) {
        guard features.count > Self.most else { return }
        let ranked = features.map { (value: Double($0.count) * counts.weight($0.feature), feature: $0) }
            .sorted { ($0.value, $1.feature.feature) > ($1.value, $0.feature.feature) }
        features = ranked.prefix(Self.kept).map(\.feature).sorted { $0.feature < $1.feature }
    }
}
