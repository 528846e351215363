import Foundation

/// Which features a model gets: those that enough people's texts have.
package struct FeatureSelection: Sendable, Equatable {
    /// The features kept, with what they weigh.
    let space: FeatureSpace
    /// How many different features the texts have.
    package let seen: Int

    package var count: Int { space.keys.count }

    /// - Parameters:
    ///   - texts: of the training.
    ///   - people: who wrote each, by any numbers; nil: somebody of their own.
    ///   - minimumPeople: a feature of fewer people is dropped.
    ///   - maximum: of more features those of the most people are kept; of equal ones those with the smaller key.
    package init(
        texts: [FeatureCounts],
        people: [Int?],
        minimumPeople: Int,
        maximum: Int = FeatureSelection.maximumCount
    ) {
        precondition(texts.count == people.count)
        // One person's texts follow each other, so that a table of the last person suffices to count each once.
        let order = texts.indices.sorted { left, right in
            let (a, b) = (people[left] ?? Int.max, people[right] ?? Int.max)
            return a == b ? left < right : a < b
        }
        var table = KeyTable()
        var number: UInt32 = 0
        var before: Int?
        for text in order {
            if people[text] == nil || people[text] != before { number += 1 }
            before = people[text]
            for key in texts[text].keys { table.note(key, person: number) }
        }
        seen = table.used
        var kept = table.entries.filter { $0.person != 0 && Int($0.people) >= minimumPeople }
        if kept.count > maximum {
            kept.sort { $0.people != $1.people ? $0.people > $1.people : $0.key < $1.key }
            kept.removeLast(kept.count - maximum)
        }
        kept.sort { $0.key < $1.key }
        let total = Double(texts.count)
        space = FeatureSpace(
            keys: kept.map(\.key),
            inverseFrequencies: kept.map { Float(log((1 + total) / (1 + Double($0.texts))) + 1) }
        )
    }

    /// The most that a model may have.
    package static let maximumCount = FeatureSpace.maximumCount

    /// The vector of a text over the kept features, of length 1 (or 0, without a known feature): places and values.
    package func vector(of text: FeatureCounts) -> (places: [Int32], values: [Float]) {
        var places: [Int32] = []
        var values: [Float] = []
        var square: Float = 0
        space.withLookUp { place in
            for (key, count) in zip(text.keys, text.counts) {
                let place = place(key)
                guard place >= 0 else { continue }
                let value = TextCounts.dampen(count) * space.inverseFrequencies[place]
                places.append(Int32(truncatingIfNeeded: place))
                values.append(value)
                square += value * value
            }
        }
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        for place in values.indices { values[place] *= scale }
        return (places, values)
    }
}

/// Keys, with how many people and texts have each: a table with open addressing.
private struct KeyTable {
    struct Entry {
        var key: UInt32 = 0
        /// The last person who had it; 0: the place is free.
        var person: UInt32 = 0
        var people: UInt32 = 0
        var texts: UInt32 = 0
    }

    private(set) var entries = [Entry](repeating: Entry(), count: 1 << 16)
    private(set) var used = 0

    mutating func note(_ key: UInt32, person: UInt32) {
        if used * 2 >= entries.count { grow() }
        let place = place(of: key)
        if entries[place].person == 0 {
            entries[place].key = key
            used += 1
        }
        entries[place].texts += 1
        if entries[place].person != person {
            entries[place].person = person
            entries[place].people += 1
        }
    }

    private func place(of key: UInt32) -> Int {
        let mask = entries.count - 1
        var place = Int(key &* 0x9E37_79B1) & mask
        while entries[place].person != 0, entries[place].key != key { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let old = entries
        entries = [Entry](repeating: Entry(), count: old.count * 2)
        for entry in old where entry.person != 0 { entries[place(of: entry.key)] = entry }
    }
}

extension LinearModel {
    /// A model of trained weights: a row a feature, a weight a category, in the order of the selection's features.
    package init(
        categories: [String],
        selection: FeatureSelection,
        weights: [Float],
        offsets: [Float],
        minimumPeople: Int
    ) {
        self.init(
            categories: categories,
            space: selection.space,
            weights: weights,
            offsets: offsets,
            confidence: ConfidenceCurve(evidence: [0], probabilities: [0.5]),
            minimumPeople: minimumPeople
        )
    }
}
