import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Projectors

extension TestBoard {
    /// An engine over these projectors, as another node would have it.
    func engine(
        _ projectors: [any PostgresProjector],
        leases: TenantLeases? = nil,
        journal: ProjectionJournal? = nil,
        batchSize: Int = 4000
    ) -> ProjectionEngine {
        ProjectionEngine(
            projectors: projectors,
            pool: pool,
            files: files,
            signal: LogSignal(),
            progress: progress,
            leases: leases,
            journal: journal,
            batchSize: batchSize,
            logger: logger
        )
    }

    /// Turns an engine until nothing moves.
    func project(_ projectors: [any PostgresProjector], batchSize: Int = 4000) async throws {
        let engine = engine(projectors, batchSize: batchSize)
        while try await engine.round() {}
    }

    /// Appends events to a stream, however they read.
    func append(_ events: [NewEvent], to stream: StreamID) async throws -> [Position] {
        let appended = try await store.execute(
            Submission(tenant: Self.tenant, stream: stream, actor: "test") { _ in Decision(events: events) }
        )
        return appended.history.suffix(events.count).map(\.position)
    }

    /// An event whose body lacks all that it must hold.
    static func broken(_ type: String = MessageEvent.Name.demandCategorised) -> NewEvent {
        NewEvent(type: type, schemaVersion: 1, body: Array("{}".utf8))
    }

    static var withdrawn: NewEvent { MessageEvent.withdrawn(MessageWithdrawn(by: "person")).encoded }

    var decisions: ParkedStreamDecisions { ParkedStreamDecisions(pool: operators, files: files) }

    /// What is parked in the live generations, as `projector stream position`.
    func parked() async throws -> [ParkedStream] {
        var all: [ParkedStream] = []
        for projector in AllProjectors.make() {
            all += try await ParkedStream.all(of: projector.name, from: operators)
        }
        return all
    }

    /// Reads on every parked stream of these projectors.
    func retryAll(_ projectors: [any PostgresProjector]) async throws -> [ParkedStreamDecisions.Outcome] {
        var outcomes: [ParkedStreamDecisions.Outcome] = []
        for projector in projectors {
            for parked in try await ParkedStream.all(of: projector.name, from: operators) {
                outcomes.append(
                    try await decisions.retry(projector, parked.stream.id, tenant: parked.tenant, by: "test")
                )
            }
        }
        return outcomes
    }

    /// Rows in which the live generations differ from fresh ones, built by these projectors.
    func differences(_ projectors: [any PostgresProjector] = AllProjectors.make()) async throws -> [String: [String:
        Int]]
    {
        var differences: [String: [String: Int]] = [:]
        for outcome in try await Rebuild(pool: operators, files: files, logger: logger).run(projectors) {
            if outcome.differences != [:] { differences[outcome.projector] = outcome.differences ?? ["": -1] }
        }
        return differences
    }
}
