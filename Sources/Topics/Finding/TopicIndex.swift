/// From a feature to the topics that hold it, and the latest demand that brought it there.
///
/// A feature leads to at most `listed` topics: a new one takes the place of the smallest, the earliest of those. So a
/// phrase that everybody uses costs no more than a rare one, and large topics are always found.
struct TopicIndex: Sendable {
    struct Entry: Sendable {
        var topic: Int32
        /// Number of the demand.
        var demand: Int32
        var next: Int32
    }

    private var heads = FeatureTable<Int32>(unset: -1)
    private(set) var entries: [Entry] = []
    private var free: Int32 = -1

    /// Hands each topic under that feature to `body`.
    func forEach(_ feature: UInt32, _ body: (Entry) -> Void) {
        var at = heads[feature]
        while at >= 0 {
            let entry = entries[Int(at)]
            body(entry)
            at = entry.next
        }
    }

    /// Lists the topic under the feature, or renews the demand that stands for it there.
    mutating func list(_ topic: Int32, demand: Int32, under feature: UInt32, limit: Int, sizes: (Int32) -> Int) {
        var at = heads[feature]
        var length = 0
        var least: (place: Int32, size: Int, topic: Int32)?
        while at >= 0 {
            let entry = entries[Int(at)]
            if entry.topic == topic {
                entries[Int(at)].demand = demand
                return
            }
            length += 1
            if length >= limit / 2 {
                // Only long lists need to know whom to leave out; a second look is cheaper than asking every time.
                let size = sizes(entry.topic)
                if least.map({ (size, entry.topic) < ($0.size, $0.topic) }) ?? true { least = (at, size, entry.topic) }
            }
            at = entry.next
        }
        if length >= limit {
            var at = heads[feature]
            for _ in 0..<(limit / 2) where at >= 0 {
                let entry = entries[Int(at)]
                let size = sizes(entry.topic)
                if least.map({ (size, entry.topic) < ($0.size, $0.topic) }) ?? true { least = (at, size, entry.topic) }
                at = entry.next
            }
            if let least {
                entries[Int(least.place)].topic = topic
                entries[Int(least.place)].demand = demand
            }
            return
        }
        let entry = Entry(topic: topic, demand: demand, next: heads[feature])
        if free >= 0 {
            let place = free
            free = entries[Int(place)].next
            entries[Int(place)] = entry
            heads[feature] = place
        } else {
            entries.append(entry)
            heads[feature] = Int32(entries.count - 1)
        }
    }

    /// Takes the topic out from under the feature; the demand that stood for it, if it was there.
    mutating func remove(_ topic: Int32, under feature: UInt32) -> Int32? {
        var before: Int32 = -1
        var at = heads[feature]
        while at >= 0 {
            let entry = entries[Int(at)]
            if entry.topic == topic {
                if before < 0 { heads[feature] = entry.next } else { entries[Int(before)].next = entry.next }
                entries[Int(at)].next = free
                free = at
                return entry.demand
            }
            before = at
            at = entry.next
        }
        return nil
    }
}
