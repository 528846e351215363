import EventLog
import Hummingbird
import Logging
import Synchronization

/// `GET /livez` and `GET /readyz`: status codes for machines, a word for people.
struct HealthRoutes: Sendable {
    private let services: Services
    private let readiness: Readiness

    init(services: Services, clock: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.services = services
        readiness = Readiness(services, clock: clock)
    }

    var routes: [Route] {
        [Route(.get, "/livez", respond: live), Route(.get, "/readyz", respond: ready)]
    }

    /// Says only that the process answers: a restart would not help against a missing database.
    private func live(_ call: Call) async throws -> Response {
        .json { $0.field("status", "alive") }
    }

    private func ready(_ call: Call) async throws -> Response {
        guard !services.isDraining() else {
            throw Problem.unavailable("draining", "the server is about to stop; use another one", seconds: 5)
        }
        if let problem = try await readiness.problem() { throw problem }
        return .json { $0.field("status", "ready") }
    }
}

/// What the database says about itself, asked once a second at most: anyone may call `/readyz`, as often as they like.
private final class Readiness: Sendable {
    private static let lifetime: Duration = .seconds(1)

    private let services: Services
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let reads = SharedReads<Bool, Problem?>()
    private let last = Mutex<(at: ContinuousClock.Instant, problem: Problem?)?>(nil)

    init(_ services: Services, clock: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.services = services
        self.clock = clock
    }

    /// Nil: ready.
    func problem() async throws -> Problem? {
        let now = clock()
        if let last = last.withLock({ $0 }), now - last.at < Self.lifetime { return last.problem }
        return try await reads.value(true) { [self] in
            let problem = await ask()
            last.withLock { $0 = (now, problem) }
            return problem
        }
    }

    private func ask() async -> Problem? {
        do {
            let rows = try await services.lookups.query(
                """
                SELECT to_regclass('log.heads') IS NOT NULL AND to_regclass('projections.generations') IS NOT NULL
                """
            )
            if try rows.first?.decode(0, as: Bool.self) == true { return nil }
        } catch {
            return Problem(error)
        }
        return .unavailable(
            "not-migrated",
            "the database lacks the schema; run: chorus migrate",
            seconds: 5,
            cause: "no schema"
        )
    }
}
