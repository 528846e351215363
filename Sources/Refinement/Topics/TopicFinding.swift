import Demands
import EventLog
import EventSourcing
import Postgres
import Topics

/// The process that gathers a tenant's demands into topics: each one when it is opened, in the order of the log.
///
/// What it finds is recorded with the demand (`DemandLinked`) and, where two topics turn out to be one, in the tenant's book
/// of topics. It keeps no words and no sketch beside the log: one that starts anew places again the demands whose words are
/// still there. An amended demand keeps its topic; a part of a divided one has its own.
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
        var read: Position = 0
        while read < position {
            let events = try await store.events(of: tenant, after: read, limit: ProcessRun.stretch)
                .filter { $0.position <= position }
            guard let last = events.last else { break }
            _ = try await place(events)
            read = last.position
        }
    }

    func commands(for events: [RecordedEvent]) async throws -> [ProcessCommand] {
        let placed = try await place(events)
        var commands = placed.map { demand, placement in
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
        let joining = placed.map(\.placement).filter { !$0.joins.isEmpty }
        if let last = joining.last {
            commands.append(
                ProcessCommand(
                    position: last.demand,
                    submission: submission(Self.book, bytes: 256 * joining.count) { known in
                        var state = try TopicBook.state(after: known.history)
                        var events: [NewEvent] = []
                        for placement in joining {
                            for event in try TopicBook.decide(.join(placement, method: TopicFinder.method), state) {
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

    /// The demands that a stretch opens, each with where it belongs.
    private func place(
        _ events: [RecordedEvent]
    ) async throws -> [(demand: WordedDemand, placement: Placement)] {
        let openings = Set(events.filter { $0.type == MessageEvent.Name.demandOpened }.map(\.position))
        guard !openings.isEmpty else { return [] }
        var placed: [(demand: WordedDemand, placement: Placement)] = []
        for demand in try await worded.found(in: events) where openings.contains(demand.position) {
            // Forgotten before anybody looked at it.
            guard let words = demand.words else { continue }
            let sketch = maker.sketch(subject: words.subject, detail: words.detail)
            placed.append((demand, finder.place(sketch, position: demand.position)))
        }
        return placed
    }
}
