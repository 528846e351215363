extension TopicFinder {
    /// Features with their weights, of a demand or of a topic.
    struct Probe {
        /// In ascending order.
        let features: [TopicSketch.Feature]
        /// Count times inverse document frequency, of each feature.
        let weights: [Double]
        let norm: Double

        init(_ features: [TopicSketch.Feature], _ counts: FeatureCounts) {
            let sorted = features.sorted { $0.feature < $1.feature }
            var weights: [Double] = []
            weights.reserveCapacity(sorted.count)
            var sum = 0.0
            for feature in sorted {
                let weight = Double(feature.count) * counts.weight(feature.feature)
                weights.append(weight)
                sum += weight * weight
            }
            self.features = sorted
            self.weights = weights
            norm = sum.squareRoot()
        }
    }

    /// A topic compared with a demand: the cosine, and how much it is above what is asked.
    struct Compared {
        let topic: Int32
        let likeness: Double
        let surplus: Double
    }

    /// The topics around a demand.
    struct Neighbourhood {
        /// How many demands are in topics near the demand, itself not among them.
        var demands = 0
        /// In how many of those each feature is, in ascending order of feature.
        var held = TopicSketch(founder: 0)
        /// The most surplus first; the earlier topic of equal ones.
        var ranked: [Compared] = []
    }

    /// Topics that share rare features with the demand, the most promising first, in a bounded number.
    ///
    /// - Parameter features: in the order of the text, which decides between equally rare ones.
    func candidates(for features: [UInt32]) -> [Int32] {
        let rarest = features.indices
            .map { (held: counts.effective(features[$0]), at: $0) }
            .sorted { ($0.held, $0.at) < ($1.held, $1.at) }
            .prefix(rules.probes)
        var found: [(topic: Int32, weight: Double)] = []
        var places: [Int32: Int] = [:]
        for (_, at) in rarest {
            let weight = counts.weight(features[at])
            index.forEach(features[at]) { entry in
                if let place = places[entry.topic] {
                    found[place].weight += weight
                } else {
                    places[entry.topic] = found.count
                    found.append((entry.topic, weight))
                }
            }
        }
        guard found.count > rules.compared else { return found.map(\.topic).sorted() }
        found.sort {
            ($0.weight, topics[Int($0.topic)].demands, $1.topic) > ($1.weight, topics[Int($1.topic)].demands, $0.topic)
        }
        return found.prefix(rules.compared).map(\.topic).sorted()
    }

    /// Compares the demand with each candidate: first how alike they are, then what that needs here.
    func neighbourhood(of probe: Probe, _ candidates: [Int32]) -> Neighbourhood {
        var neighbourhood = Neighbourhood()
        let likenesses = candidates.map { cosine(probe, $0) }
        for (topic, likeness) in zip(candidates, likenesses) where likeness >= rules.near {
            neighbourhood.demands += topics[Int(topic)].demands
            neighbourhood.held.add(topics[Int(topic)].features)
        }
        neighbourhood.ranked = zip(candidates, likenesses).map { topic, likeness in
            compare(probe, with: topic, likeness: likeness, neighbourhood)
        }
        .sorted { ($0.surplus, $1.topic) > ($1.surplus, $0.topic) }
        return neighbourhood
    }

    /// The cosine of a probe with a topic.
    func cosine(_ probe: Probe, _ topic: Int32) -> Double {
        var product = 0.0
        var square = 0.0
        var at = 0
        for feature in topics[Int(topic)].features {
            let weight = Double(feature.count) * counts.weight(feature.feature)
            square += weight * weight
            while at < probe.features.count, probe.features[at].feature < feature.feature { at += 1 }
            if at < probe.features.count, probe.features[at].feature == feature.feature {
                product += weight * probe.weights[at]
            }
        }
        let norms = square.squareRoot() * probe.norm
        return norms > 0 ? product / norms : 0
    }

    /// The cosine of a probe with a topic, against what `FinderRules` ask of it in this neighbourhood.
    func compare(
        _ probe: Probe,
        with topic: Int32,
        likeness: Double,
        _ neighbourhood: Neighbourhood
    ) -> Compared {
        // Below the floor it is never enough: how much too little decides nothing.
        guard likeness >= rules.floor else {
            return Compared(topic: topic, likeness: likeness, surplus: likeness - rules.threshold)
        }
        var product = 0.0
        var own = 0.0
        var at = 0
        var beside = 0
        let held = neighbourhood.held.features
        for feature in topics[Int(topic)].features {
            while at < probe.features.count, probe.features[at].feature < feature.feature { at += 1 }
            guard at < probe.features.count, probe.features[at].feature == feature.feature else { continue }
            let part = Double(feature.count) * counts.weight(feature.feature) * probe.weights[at]
            product += part
            while beside < held.count, held[beside].feature < feature.feature { beside += 1 }
            let around = beside < held.count && held[beside].feature == feature.feature ? held[beside].count : 0
            // The demand itself is among the texts that hold the feature.
            let others = Double(max(1, counts.count(feature.feature) - 1))
            let isOwn = Double(max(feature.count, around)) >= rules.ownShare * others
            if isOwn, !counts.isStock(feature.feature) { own += part }
        }
        let behind = own < rules.ownEvidence * product ? 1 : max(topics[Int(topic)].demands, neighbourhood.demands)
        return Compared(topic: topic, likeness: likeness, surplus: likeness - rules.asked(behind: behind))
    }

    /// The latest demand of the topic that brought the rarest feature which the demand shares with it.
    func reason(_ probe: Probe, _ topic: Int32) -> Int64? {
        var best: (held: Int, demand: Int32)?
        for feature in probe.features {
            let held = counts.effective(feature.feature)
            if let best, best.held <= held { continue }
            index.forEach(feature.feature) { entry in
                if entry.topic == topic { best = (held, entry.demand) }
            }
        }
        return best.map { positions[Int($0.demand)] }
    }
}
