/// Places demands in topics, one after the other in the order of their positions in the log.
///
/// The result depends on the sketches and their order alone: not on time, batches, process or machine. It keeps no text:
/// counts of features, and for each topic a sketch of at most 96 of them. What it answers is to be recorded; with the
/// records alone, and no sketch at all, the topics are rebuilt (`TopicBook`). To go on placing, a process that starts anew
/// places again the sketches that it has kept; those forgotten meanwhile are left out, and change what comes later only
/// by the weight of their features.
package struct TopicFinder: Sendable {
    /// What links name as their method.
    package static let method = "topics-\(SketchMaker.version).\(FinderRules.version)"

    let rules: FinderRules
    var counts: FeatureCounts
    var index = TopicIndex()
    private var wordings = WordingIndex()
    /// By number; a topic that was joined into another one keeps its number and has no demands.
    var topics: [TopicSketch] = []
    /// The topic that a topic was joined into, or itself.
    private var successors: [Int32] = []
    /// By number: position, and the number of its topic, -1 for none.
    var positions: [Int64] = []
    private var homes: [Int32] = []

    package init(maker: SketchMaker, rules: FinderRules = FinderRules()) {
        self.rules = rules
        counts = FeatureCounts(stock: maker.stock)
    }

    /// How many demands were placed.
    package var count: Int { positions.count }

    /// The founder of the topic that holds the demand now; nil for demands without one.
    ///
    /// - Parameter number: of the demand, from 0, in the order placed.
    package func topic(ofDemand number: Int) -> Int64? {
        homes[number] < 0 ? nil : topics[Int(present(homes[number]))].founder
    }

    /// Places the next demand.
    ///
    /// - Parameters:
    ///   - sketch: of its words.
    ///   - position: its place in the log, greater than those before.
    package mutating func place(_ sketch: DemandSketch, position: Int64) -> Placement {
        let demand = Int32(positions.count)
        positions.append(position)
        let wording = wordings.find(sketch.wording, demand: demand, alike: rules.sameWording)
        let sameWordingAs = wording.map { positions[Int($0.demand)] }
        // Of stock phrases alone, nobody knows what is asked for.
        guard sketch.features.contains(where: { !counts.isStock($0) }) else {
            homes.append(-1)
            return Placement(
                demand: position,
                topic: nil,
                isNew: false,
                confidence: 0,
                because: nil,
                sameWordingAs: sameWordingAs,
                joins: []
            )
        }
        counts.add(sketch.features)
        let probe = Probe(sketch.features.map { TopicSketch.Feature(feature: $0, count: 1) }, counts)
        let candidates = candidates(for: sketch.features)
        let neighbourhood = neighbourhood(of: probe, candidates)

        var home: Int32
        var isNew = false
        var confidence = 1.0
        var because: Int64?
        if let wording, sketch.wording.length >= rules.wordingLetters, homes[Int(wording.demand)] >= 0 {
            home = present(homes[Int(wording.demand)])
            confidence = wording.likeness
            because = positions[Int(wording.demand)]
        } else if let best = neighbourhood.ranked.first, best.surplus >= 0 {
            home = best.topic
            confidence = best.likeness
            because = reason(probe, home)
        } else {
            home = Int32(topics.count)
            topics.append(TopicSketch(founder: position))
            successors.append(home)
            isNew = true
        }
        let founder = topics[Int(home)].founder
        homes.append(home)
        topics[Int(home)].add(probe.features)
        topics[Int(home)].demands += 1
        topics[Int(home)].trim(counts)
        for feature in sketch.features { list(home, demand: demand, under: feature) }

        let joins = join(&home, neighbourhood)
        return Placement(
            demand: position,
            topic: founder,
            isNew: isNew,
            confidence: min(1, confidence),
            because: because,
            sameWordingAs: sameWordingAs,
            joins: joins
        )
    }

    /// The topic that this one is part of now.
    private func present(_ topic: Int32) -> Int32 {
        var topic = topic
        while successors[Int(topic)] != topic { topic = successors[Int(topic)] }
        return topic
    }

    private mutating func list(_ topic: Int32, demand: Int32, under feature: UInt32) {
        index.list(topic, demand: demand, under: feature, limit: rules.listed) { topics[Int($0)].demands }
    }

    /// Joins topics that the demand's neighbourhood shows to be one with its own.
    private mutating func join(_ home: inout Int32, _ neighbourhood: Neighbourhood) -> [Placement.Join] {
        var joins: [Placement.Join] = []
        for other in neighbourhood.ranked.prefix(rules.joined) where other.topic != home {
            let topic = other.topic
            let isLarger =
                (topics[Int(home)].demands, -Int(home)) > (topics[Int(topic)].demands, -Int(topic))
            let (larger, smaller) = isLarger ? (home, topic) : (topic, home)
            let probe = Probe(topics[Int(smaller)].features, counts)
            let found = compare(probe, with: larger, likeness: cosine(probe, larger), neighbourhood)
            guard found.surplus >= 0 else { continue }
            for feature in topics[Int(smaller)].features {
                if let demand = index.remove(smaller, under: feature.feature) {
                    list(larger, demand: demand, under: feature.feature)
                }
            }
            topics[Int(larger)].add(topics[Int(smaller)].features)
            topics[Int(larger)].demands += topics[Int(smaller)].demands
            topics[Int(larger)].trim(counts)
            topics[Int(smaller)].features = []
            topics[Int(smaller)].demands = 0
            successors[Int(smaller)] = larger
            joins.append(
                Placement.Join(
                    from: topics[Int(smaller)].founder,
                    into: topics[Int(larger)].founder,
                    confidence: min(1, found.likeness)
                )
            )
            home = larger
        }
        return joins
    }
}
