/// The features of one text and how often each occurs, by ascending key: what training looks at.
package struct FeatureCounts: Sendable, Equatable {
    package let keys: [UInt32]
    package let counts: [UInt32]

    package init(_ text: String) {
        var folded = FoldedText()
        folded.fold(text)
        var occurrences: [UInt32] = []
        occurrences.reserveCapacity(folded.units.count * 5)
        FeatureKeys.visit(folded) { key, _, _ in occurrences.append(key) }
        occurrences.sort()
        var keys: [UInt32] = []
        var counts: [UInt32] = []
        for key in occurrences {
            if keys.last == key {
                counts[counts.count - 1] += 1
            } else {
                keys.append(key)
                counts.append(1)
            }
        }
        self.keys = keys
        self.counts = counts
    }
}
