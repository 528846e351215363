import EventSourcing
import Postgres
import TestSupport
import Testing

@testable import EventLog

@Suite struct ReadAhead {
    private func stretch(_ after: Position, _ last: Position) -> LogStretch {
        LogStretch(tenant: TestLog.tenants[0], after: after, last: last)
    }

    private func positions(_ ahead: LogAhead, _ stretch: LogStretch, _ log: TestLog) async throws -> [Position] {
        try await ahead.events(of: stretch, from: log.pool).map(\.position)
    }

    private func makeLog() async throws -> TestLog {
        let log = try await TestLog.make()
        let store = PostgresEventStore(pool: log.pool)
        for _ in 0..<6 {
            _ = try await store.execute(
                Submission(tenant: TestLog.tenants[0], stream: Counter.stream(), actor: "test") { _ in
                    Decision(events: [Counter.event(1)])
                }
            )
        }
        return log
    }

    @Test func whatIsAskedForIsGivenWhateverWasReadAhead() async throws {
        let log = try await makeLog()
        let ahead = LogAhead()
        #expect(try await positions(ahead, stretch(0, 2), log) == [1, 2])
        ahead.read(stretch(2, 4), from: log.pool)
        #expect(try await positions(ahead, stretch(2, 4), log) == [3, 4])
        // Another one than was read ahead, and the same again.
        ahead.read(stretch(4, 6), from: log.pool)
        #expect(try await positions(ahead, stretch(4, 5), log) == [5])
        #expect(try await positions(ahead, stretch(4, 6), log) == [5, 6])
        // Two of them: the last one counts, and either can be had.
        ahead.read(stretch(0, 1), from: log.pool)
        ahead.read(stretch(1, 2), from: log.pool)
        #expect(try await positions(ahead, stretch(0, 1), log) == [1])
        #expect(try await positions(ahead, stretch(1, 2), log) == [2])
        await log.close()
    }

    @Test func itIsReadBeforeItIsAskedFor() async throws {
        let log = try await makeLog()
        let elsewhere = try await makeLog()
        let ahead = LogAhead()
        // From the pool of its own; the one that it is then asked for with has been closed.
        ahead.read(stretch(0, 6), from: log.pool)
        await elsewhere.close()
        let events = try await ahead.events(of: stretch(0, 6), from: elsewhere.pool)
        #expect(events.map(\.position) == [1, 2, 3, 4, 5, 6])
        // The control: once it was taken it is read anew.
        await #expect(throws: (any Error).self) { try await ahead.events(of: stretch(0, 6), from: elsewhere.pool) }
        await log.close()
    }

    @Test func aFaultOfReadingAheadIsThatOfWhoAsks() async throws {
        let log = try await makeLog()
        let gone = try await makeLog()
        await gone.close()
        let ahead = LogAhead()
        ahead.read(stretch(0, 6), from: gone.pool)
        await #expect(throws: (any Error).self) { try await ahead.events(of: stretch(0, 6), from: log.pool) }
        #expect(try await positions(ahead, stretch(0, 6), log) == [1, 2, 3, 4, 5, 6])
        await log.close()
    }
}
