import EventLog
import EventSourcing
import Foundation
import Testing

/// What the second arrival of a command id is told, and who somebody is after being forgotten in the same moment.
@Suite struct RepeatACommand {
    private let tenant = TestLog.tenants[0]

    /// The hint that a stream is new keeps nobody from seeing the whole of it.
    @Test func isToldTheWholeHistoryEvenWhenTheStreamWasHeldForNew() async throws {
        let log = try await TestLog.make()
        let store = PostgresEventStore(pool: log.pool)
        let stream = Counter.stream()
        let id = UUID()
        let command = Submission(tenant: tenant, stream: stream, likelyNew: true, commandID: id, actor: "test") {
            known in
            Decision(events: [Counter.event(known.history.count + 1)])
        }
        let first = try await store.execute(command)
        let second = try await store.execute(command)
        #expect(second.isRepeat && second.commandPosition == 1)
        #expect(second.history == first.history)
        await log.close()
    }

    /// One batch forgets a person and lets them speak: whoever stands behind the forgetting is somebody new.
    @Test func whoIsForgottenInTheSameBatchIsSomebodyNew() async throws {
        let log = try await TestLog.make()
        let store = PostgresEventStore(pool: log.pool)
        let person = PersonReference(source: "s", reference: "p")
        let speak = { @Sendable (stream: StreamID) in
            Submission(tenant: tenant, stream: stream, person: person, actor: "test") { known in
                let token = known.personToken?.uuidString ?? "none"
                return Decision(events: [
                    NewEvent(type: "Said", schemaVersion: 1, body: Array("{\"by\":\"\(token)\"}".utf8))
                ])
            }
        }
        let said = try await store.execute(speak(Counter.stream()))
        let body = String(decoding: try #require(said.history.last).body, as: UTF8.self)
        let token = try #require(UUID(uuidString: String(body.dropFirst(7).dropLast(2))))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<60 {
                let submission =
                    index == 20
                    ? Submission(tenant: tenant, stream: Counter.stream(), actor: "test") { _ in
                        Decision(
                            events: [NewEvent(type: "Forgot", schemaVersion: 1, body: Array("{}".utf8))],
                            forgets: [.person(token)]
                        )
                    } : speak(Counter.stream())
                group.addTask { _ = try await store.execute(submission) }
            }
            try await group.waitForAll()
        }
        let events = try await store.events(of: tenant, after: 0, limit: 100)
        #expect(events.count == 61)
        let forgotten = try #require(events.firstIndex { $0.type == "Forgot" })
        let after = Set(events[forgotten...].dropFirst().map(\.body))
        #expect(Set(events[..<forgotten].map(\.body)) == [Array(body.utf8)])
        #expect(after.count <= 1 && !after.contains(Array(body.utf8)))
        await log.close()
    }
}
