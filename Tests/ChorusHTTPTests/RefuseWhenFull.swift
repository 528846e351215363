import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Synchronization
import Testing

@testable import ChorusHTTP

/// A server whose database holds every append up refuses what it has no room for, and stores what it took.
@Suite struct RefuseWhenFull {
    /// Holds the first tenant's head row, so that every append waits, for as long as `body` takes.
    private func holdingTheHead(_ server: TestServer, _ body: () async throws -> Void) async throws {
        // The database is a copy, and the first connection writes that down on the heads.
        try await server.pool.execute("SELECT 1")
        try await server.operators.withTransaction { connection in
            _ = try await connection.query("SELECT h.position FROM log.heads AS h WHERE h.tenant_id = 1 FOR UPDATE")
            try await body()
        }
    }

    private func filled(_ server: TestServer) async {
        while (try? server.services.store.requireRoom(for: TestServer.one)) != nil { await Task.yield() }
    }

    @Test func with503AndRetryAfterAndStoresWhatItTook() async throws {
        var limits = AppendLimits()
        limits.waitingCommands = 4
        var server = try await TestServer.make(limits: limits)
        server.configuration.bulkPatience = .zero
        try await server.run { [server] caller in
            try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                try await holdingTheHead(server) {
                    for number in 1...4 {
                        group.addTask {
                            try await caller.send(
                                .post,
                                "/v1/feedback",
                                as: .collector,
                                #"{"text":"taken \#(number)"}"#
                            )
                        }
                    }
                    await filled(server)
                    for who in [TestServer.Who.collector, .publishable] {
                        let refused = try await caller.send(.post, "/v1/feedback", as: who, #"{"text":"refused"}"#)
                        #expect(refused.status == 503 && refused.code == "queue-full", "\(refused.text)")
                        #expect(refused.headers[.retryAfter] == "1")
                    }
                    let bulk = try await caller.send(
                        .post,
                        "/v1/feedback/bulk",
                        as: .collector,
                        #"{"text":"refused"}"# + "\n" + #"{"text":"refused"}"#,
                        headers: [.contentType: "application/x-ndjson"]
                    )
                    #expect(bulk.lines.prefix(2).allSatisfy { $0["status"]?.int == 503 }, "\(bulk.text)")
                    #expect(bulk.lines.prefix(2).allSatisfy { $0["problem"]?["code"]?.string == "queue-full" })
                    #expect(bulk.lines.last?["refused"]?.int == 2)
                }
                for try await answer in group { #expect(answer.status == 201, "\(answer.text)") }
            }
            #expect(try await server.services.store.head(of: TestServer.one) == 8)
            let words = try await server.operators.query("SELECT p.body FROM vault.passages AS p ORDER BY p.body").map {
                try $0.decode(0, as: String.self)
            }
            #expect(words == ["taken 1", "taken 2", "taken 3", "taken 4"])
            #expect(try await caller.feedback(#"{"text":"later"}"#).position == 10)
        }
    }

    /// A long message takes the room of many short ones.
    @Test func byTheBytesOfAMessage() async throws {
        var limits = AppendLimits()
        limits.waitingBytes = 45_000
        let server = try await TestServer.make(limits: limits)
        let long = #"{"text":""# + String(repeating: "a", count: 19_000) + #""}"#
        try await server.run { caller in
            try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                try await holdingTheHead(server) {
                    group.addTask { try await caller.send(.post, "/v1/feedback", as: .collector, long) }
                    var answers: [TestAnswer] = []
                    // Of those after the first, one more fits; the others are answered while the row is held.
                    for _ in 1...3 {
                        group.addTask { try await caller.send(.post, "/v1/feedback", as: .collector, long) }
                    }
                    while answers.count < 2, let answer = try await group.next() { answers.append(answer) }
                    #expect(answers.allSatisfy { $0.status == 503 && $0.code == "queue-full" })
                }
                for try await answer in group { #expect(answer.status == 201, "\(answer.text)") }
            }
            #expect(try await server.services.store.head(of: TestServer.one) == 4)
        }
    }

    @Test func aLostRaceIsA409WithRetryAfterOnceItsPatienceIsOver() async throws {
        let start = ContinuousClock.now
        let seconds = Mutex(0)
        let clock = CommandClock(
            now: {
                start
                    + .seconds(
                        seconds.withLock {
                            $0 += 1; return $0
                        }
                    )
            },
            pause: { _ in }
        )
        let store = InMemoryEventStore(tenants: [TestServer.one], clock: clock, isOvertaken: { _ in true }) {
            TestServer.now
        }
        try await TestServer.make(store: store).run { caller in
            let answer = try await caller.send(.post, "/v1/feedback", as: .collector, #"{"text":"a"}"#)
            #expect(answer.status == 409 && answer.code == "conflict" && answer.headers[.retryAfter] == "1")
        }
    }
}
