import Demands
import EventLog
import EventSourcing
import Postgres
import Topics

/// The process that gathers a tenant's demands into topics: each one when it is opened, in the order of the log.
///
/// What it finds is recorded with the demand (`DemandLinked`) and, where two topics turn out to be one, in the tenant's book
/// of topics. It keeps no words and no sketch beside the log: one that starts anew places every demand again where it was
/// recorded, those whose words are still there by their words. An amended demand keeps its topic; a part of a divided one
/// has its own.
actor TopicFinding: LogProcess {
    nonisolated let name = TopicFinder.method
    nonisolated let version = FinderRules.version

    /// Of the one stream that each tenant has.
    static let book = StreamID.only(TopicBook.streamType)

    private let tenant: TenantID
    private let store: any EventStore
    private let worded: WordedDemands
    private let maker: SketchMaker
    private var finder: TopicFinder
    /// Of demands that are not placed yet in this process: another one, or this one before it ended, said it.
    private var past = PastPlacements()

    /// - Parameter key: a secret of the tenant.
    init(tenant: TenantID, store: any EventStore, worded: WordedDemands, key: UInt64) {
        self.tenant = tenant
        self.store = store
        self.worded = worded
        maker = SketchMaker(key: key)
        finder = TopicFinder(maker: maker)
    }

    func begin(after position: Position) async throws {
        finder = TopicFinder(maker: maker)
        past = try await PastPlacements(of: tenant, method: TopicFinder.method, reads: worded.reads)
        defer { past.forget(upTo: position) }
        var read: Position = 0
        while read < position {
            let events = try await store.events(of: tenant, after: read, limit: ProcessRun.stretch)
                .filter { $0.position <= position }
            guard let last = events.last else { break }
            _ = try await place(events, joinsAnew: false)
            read = last.position
        }
    }

    func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand] {
        let found = try await place(events, joinsAnew: true)
        var commands = found.links.map { demand, placement in
            ProcessCommand(
                position: demand.position,
                submission: submission(demand.stream, bytes: 256) { known in
                    let link = DemandLinked(
                        demand: demand.number,
                        position: demand.position,
                        topic: placement.topic.map { TopicID.founded($0).description },
                        method: TopicFinder.method,
                        confidence: Confidence(placement.confidence),
                        because: placement.because,
                        sameWordingAs: placement.sameWordingAs
                    )
                    return try Message.decide(.link(link), Message.state(after: known.history)).map(\.encoded)
                }
            )
        }
        if let last = found.joins.last {
            commands.append(
                ProcessCommand(
                    position: last.demand,
                    submission: submission(Self.book, bytes: 256 * found.joins.count) { known in
                        var state = try TopicBook.state(after: known.history)
                        var events: [NewEvent] = []
                        for (demand, joins) in found.joins {
                            let command = TopicBook.Command.join(joins, because: demand, method: TopicFinder.method)
                            for event in try TopicBook.decide(command, state) {
                                TopicBook.evolve(&state, event)
                                events.append(event.encoded)
                            }
                        }
                        return events
                    }
                )
            )
        }
        return commands
    }

    private func submission(
        _ stream: StreamID,
        bytes: Int,
        _ decide: @escaping @Sendable (Known) throws -> [NewEvent]
    ) -> Submission {
        Submission(
            tenant: tenant,
            stream: stream,
            actor: "system:topics",
            bytes: bytes,
            recognisesItself: true
        ) { Decision(events: try decide($0)) }
    }

    /// What the finder has to say about a stretch.
    private struct Found: Sendable {
        /// Demands that were not linked before.
        var links: [(demand: WordedDemand, placement: Placement)] = []
        /// Topics that a demand, by its position, shows to be one.
        var joins: [(demand: Position, joins: [Placement.Join])] = []
    }

    /// Places the demands that a stretch opens.
    ///
    /// - Parameter joinsAnew: joins that were not recorded are to be, also of demands that were linked before.
    private func place(_ events: [RecordedEvent], joinsAnew: Bool) async throws -> Found {
        var found = Found()
        let openings = Set(events.filter { $0.type == MessageEvent.Name.demandOpened }.map(\.position))
        guard !openings.isEmpty else { return found }
        for demand in try await worded.found(in: events) where openings.contains(demand.position) {
            let sketch = demand.words.map { maker.sketch(subject: $0.subject, detail: $0.detail) }
            var joins: [Placement.Join] = []
            if let past = past[demand.position] {
                joins = finder.placeAgain(sketch, position: demand.position, past: past, joinsAnew: joinsAnew)
            } else if let sketch {
                let placement = finder.place(sketch, position: demand.position)
                found.links.append((demand, placement))
                joins = placement.joins
            }
            if !joins.isEmpty { found.joins.append((demand.position, joins)) }
        }
        return found
    }
}
