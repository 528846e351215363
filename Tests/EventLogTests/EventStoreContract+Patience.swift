import EventSourcing
import Synchronization
import Testing

/// How long a store tries, on memory and on PostgreSQL.
extension EventStoreContract {
    /// A command that takes three seconds to decide each time.
    private func slow(_ clock: ManualClock, _ patience: Duration, _ decisions: Decisions) -> Submission {
        Submission(tenant: tenant, stream: Counter.stream(), actor: "test", patience: patience) { _ in
            decisions.note()
            clock.advance(.seconds(3))
            return Decision(events: [Counter.event(1)])
        }
    }

    private final class Decisions: Sendable {
        private let made = Mutex(0)
        func note() { made.withLock { $0 += 1 } }
        var count: Int { made.withLock { $0 } }
    }

    @Test(arguments: Kind.allCases, [(0, 1), (2, 1), (10, 4), (30, 10)])
    func aLostRaceIsDecidedAgainUntilPatienceIsOver(_ kind: Kind, _ example: (patience: Int, attempts: Int))
        async throws
    {
        let clock = ManualClock()
        try await withStore(kind, racesLost: 1_000_000, clock: clock.commands) { store async throws in
            let decisions = Decisions()
            let conflict = await #expect(throws: Conflict.self) {
                _ = try await store.execute(slow(clock, .seconds(example.patience), decisions))
            }
            #expect(conflict?.attempts == example.attempts && decisions.count == example.attempts)
            let head = try await store.head(of: tenant)
            #expect(head == 0)
        }
    }

    @Test(arguments: Kind.allCases)
    func manyLostRacesAreNoConflictWhilePatienceLasts(_ kind: Kind) async throws {
        let clock = ManualClock()
        try await withStore(kind, racesLost: 40, clock: clock.commands) { store async throws in
            let decisions = Decisions()
            let appended = try await store.execute(slow(clock, .seconds(1_000), decisions))
            #expect(!appended.isRepeat && appended.position == 1 && decisions.count == 41)
        }
    }
}
