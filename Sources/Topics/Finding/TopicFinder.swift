/// Places demands in topics, one after the other in the order of their positions in the log.
///
/// The result depends on the sketches and their order alone: not on time, batches, process or machine. It keeps no text:
/// counts of features, and for each topic a sketch of at most 96 of them. What it answers is to be recorded; with the
/// records alone, and no sketch at all, the topics are rebuilt (`TopicBook`). To go on placing, a process that starts anew
/// places the same demands again, each with what was recorded of it (`PastPlacement`): that holds, also for demands whose
/// words are forgotten. So these change what comes later only by the weight of their features, and a topic keeps its name
/// when the demand that founded it has no words any more.
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
    /// Demands whose words are gone, and whose wording no other one has brought again.
    private var wordless: Set<Int32> = []
    /// Topics that the log names after a demand of which nothing else is known, and the other way round.
    private var adopted: [Int64: Int32] = [:]
    private var names: [Int32: Int64] = [:]
    /// Whether all demands that were placed again had their words.
    private var isWhole = true

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
        homes[number] < 0 ? nil : name(present(homes[number]))
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
        let (probe, neighbourhood) = lookAround(sketch)
        let home: Int32
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
            home = found(position)
            isNew = true
        }
        let founder = name(home)
        add(sketch, demand: demand, to: home, probe)
        return Placement(
            demand: position,
            topic: founder,
            isNew: isNew,
            confidence: min(1, confidence),
            because: because,
            sameWordingAs: sameWordingAs,
            joins: join(home, neighbourhood)
        )
    }

    /// Places the next demand where it was recorded.
    ///
    /// - Parameters:
    ///   - sketch: of its words; nil: they are forgotten.
    ///   - position: its place in the log, greater than those before.
    ///   - past: what was recorded of it.
    ///   - joinsAnew: whether joins that were not recorded are made at any rate.
    /// - Returns: the topics that it shows to be one, whether or not that was recorded. Once a demand before it has no words,
    ///   only what was recorded is joined, unless `joinsAnew`: what is left looks more alike than it was.
    package mutating func placeAgain(
        _ sketch: DemandSketch?,
        position: Int64,
        past: PastPlacement,
        joinsAnew: Bool = false
    ) -> [Placement.Join] {
        let demand = Int32(positions.count)
        positions.append(position)
        let known = past.topic.map { number(ofTopic: $0) ?? found(position, name: $0) }
        guard let sketch else {
            wordless.insert(demand)
            isWhole = false
            homes.append(known ?? -1)
            if let known { topics[Int(present(known))].demands += 1 }
            joinAgain(past)
            return []
        }
        // The words of the first of this wording may be gone: these take their place.
        let first = past.sameWordingAs.flatMap { number(ofDemandAt: $0) } ?? demand
        wordings.keep(sketch.wording, owner: first, isFirst: first == demand || wordless.remove(first) != nil)
        guard let known else {
            homes.append(-1)
            return []
        }
        let (probe, neighbourhood) = lookAround(sketch)
        add(sketch, demand: demand, to: present(known), probe)
        let joins = isWhole || joinsAnew ? join(present(known), neighbourhood) : []
        joinAgain(past)
        return joins
    }

    /// Counts the demand's features, and finds the topics around it.
    private mutating func lookAround(_ sketch: DemandSketch) -> (probe: Probe, neighbourhood: Neighbourhood) {
        counts.add(sketch.features)
        let probe = Probe(sketch.features.map { TopicSketch.Feature(feature: $0, count: 1) }, counts)
        return (probe, neighbourhood(of: probe, candidates(for: sketch.features)))
    }

    /// Adds the demand to a topic.
    private mutating func add(_ sketch: DemandSketch, demand: Int32, to topic: Int32, _ probe: Probe) {
        homes.append(topic)
        topics[Int(topic)].add(probe.features)
        topics[Int(topic)].demands += 1
        topics[Int(topic)].trim(counts)
        for feature in sketch.features { list(topic, demand: demand, under: feature) }
    }

    /// The number of the demand at that position; nil for one that was never placed.
    private func number(ofDemandAt position: Int64) -> Int32? {
        let place = positions.partitioningIndex { $0 >= position }
        return place < positions.count && positions[place] == position ? Int32(place) : nil
    }

    /// The number of the topic that the demand at that position founded.
    private func number(ofTopic founder: Int64) -> Int32? {
        if let adopted = adopted[founder] { return adopted }
        let place = topics.partitioningIndex { $0.founder >= founder }
        return place < topics.count && name(Int32(place)) == founder ? Int32(place) : nil
    }

    /// A new topic.
    ///
    /// - Parameter name: the demand after which it was recorded, when nothing else is known of that one.
    private mutating func found(_ position: Int64, name: Int64? = nil) -> Int32 {
        let topic = Int32(topics.count)
        topics.append(TopicSketch(founder: position))
        successors.append(topic)
        if let name, name != position {
            adopted[name] = topic
            names[topic] = name
        }
        return topic
    }

    /// The demand after which a topic is named.
    private func name(_ topic: Int32) -> Int64 { names[topic] ?? topics[Int(topic)].founder }

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
    private mutating func join(_ home: Int32, _ neighbourhood: Neighbourhood) -> [Placement.Join] {
        var home = home
        var joins: [Placement.Join] = []
        for other in neighbourhood.ranked.prefix(rules.joined) where other.topic != home {
            let topic = other.topic
            let isLarger =
                (topics[Int(home)].demands, -Int(home)) > (topics[Int(topic)].demands, -Int(topic))
            let (larger, smaller) = isLarger ? (home, topic) : (topic, home)
            let probe = Probe(topics[Int(smaller)].features, counts)
            let found = compare(probe, with: larger, likeness: cosine(probe, larger), neighbourhood)
            guard found.surplus >= 0 else { continue }
            join(smaller, into: larger)
            joins.append(
                Placement.Join(
                    from: name(smaller),
                    into: name(larger),
                    confidence: min(1, found.likeness)
                )
            )
            home = larger
        }
        return joins
    }

    /// Joins what was recorded, where the words that showed it are gone.
    private mutating func joinAgain(_ past: PastPlacement) {
        for join in past.joins {
            guard let from = number(ofTopic: join.from), let into = number(ofTopic: join.into) else { continue }
            let (smaller, larger) = (present(from), present(into))
            if smaller != larger { self.join(smaller, into: larger) }
        }
    }

    private mutating func join(_ smaller: Int32, into larger: Int32) {
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
    }
}
