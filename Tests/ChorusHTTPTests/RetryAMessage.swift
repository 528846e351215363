import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// A retry gets the first answer, byte for byte, and stores nothing.
@Suite struct RetryAMessage {
    static let hotline = #"{"text":"The lamp is broken","source":"hotline","externalId":"7","category":"roads"}"#

    @Test func bySourceAndIDWhoeverSendsIt() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let first = try await caller.feedback(Self.hotline)
            #expect(first.position == 3)
            #expect(first.headers[.location] == "/v1/feedback/\(first.id)")
            let again = try await caller.feedback(Self.hotline)
            let other = try await caller.feedback(Self.hotline, as: .otherCollector)
            #expect(again.bytes == first.bytes && other.bytes == first.bytes)
            #expect(again.headers[.location] == first.headers[.location])
            // Members in another order and the same instant say the same.
            let turned = try await caller.feedback(
                #"{"category":"roads","externalId":"7","source":"hotline","text":"The lamp is broken"}"#
            )
            #expect(turned.bytes == first.bytes)
            #expect(try await server.services.store.head(of: TestServer.one) == 3)
        }
    }

    @Test func alsoAfterLaterEvents() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let first = try await caller.feedback(Self.hotline)
            let plain = try await caller.feedback(#"{"text":"b","source":"hotline","externalId":"8"}"#)
            for answer in [first, plain] {
                try await categorise(answer, in: server)
                let withdrawn = try await caller.send(
                    .post,
                    "/v1/track/withdraw",
                    headers: [.authorization: "Tracking \(answer.trackingCode)"]
                )
                #expect(withdrawn.status == 200)
            }
            #expect(try await caller.feedback(Self.hotline).bytes == first.bytes)
            let again = try await caller.feedback(#"{"text":"b","source":"hotline","externalId":"8"}"#)
            #expect(again.bytes == plain.bytes)
        }
    }

    private func categorise(_ answer: TestAnswer, in server: TestServer) async throws {
        let id = try #require(UUID(uuidString: answer.id))
        _ = try await server.services.store.execute(
            Submission(
                tenant: TestServer.one,
                stream: StreamID(type: Message.streamType, id: id),
                actor: "system:test"
            ) { known in
                let command = Message.Command.categorise(demand: 1, category: "water", method: .reviewer)
                return Decision(
                    events: try Message.decide(command, try Message.state(after: known.history)).map(\.encoded)
                )
            }
        )
    }

    @Test func refusesChangedContentUnderTheSameID() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            _ = try await caller.feedback(Self.hotline)
            let changed = try await caller.send(
                .post,
                "/v1/feedback",
                as: .collector,
                Self.hotline.replacingOccurrences(of: "lamp", with: "bridge")
            )
            #expect(changed.status == 409 && changed.code == "content-changed")
            #expect(!changed.text.contains("bridge"))
            #expect(try await server.services.store.head(of: TestServer.one) == 3)
        }
    }

    @Test func aForgottenMessageRepeatsForItsSenderOnly() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let first = try await caller.feedback(Self.hotline)
            #expect(try await caller.feedback(Self.hotline, as: .otherCollector).bytes == first.bytes)
            try await server.operators.execute("DELETE FROM vault.intakes")
            #expect(try await caller.feedback(Self.hotline).bytes == first.bytes)
            let other = try await caller.send(.post, "/v1/feedback", as: .otherCollector, Self.hotline)
            #expect(other.status == 409 && other.code == "content-changed", "\(other.text)")
            #expect(try await server.services.store.head(of: TestServer.one) == 3)
        }
    }

    @Test func byIdempotencyKeyOfTheSameCaller() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let key: HTTPFields = [.idempotencyKey: "\"order-1\""]
            let bare: HTTPFields = [.idempotencyKey: "order-1"]
            let first = try await caller.feedback(#"{"text":"a"}"#, headers: key)
            #expect(try await caller.feedback(#"{"text":"a"}"#, headers: bare).bytes == first.bytes)
            let other = try await caller.feedback(#"{"text":"a"}"#, as: .otherCollector, headers: key)
            #expect(other.id != first.id)
            let reused = try await caller.send(.post, "/v1/feedback", as: .collector, #"{"text":"b"}"#, headers: key)
            #expect(reused.status == 422 && reused.code == "idempotency-key-reused")
            #expect(try await server.services.store.head(of: TestServer.one) == 4)
        }
    }

    @Test func withoutAnyKeyEveryMessageIsNew() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let first = try await caller.feedback(#"{"text":"a"}"#)
            let second = try await caller.feedback(#"{"text":"a"}"#)
            #expect(first.id != second.id)
        }
    }

    @Test func racingRetriesAreOneMessage() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 1...40 { group.addTask { try await caller.feedback(Self.hotline) } }
                return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
            }
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(try await server.services.store.head(of: TestServer.one) == 3)
        }
    }

    @Test func keepsWordsOutOfTheLog() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            _ = try await caller.feedback(
                #"{"text":"nightingale","subject":"warbler","source":"h","externalId":"e","personRef":"finch"}"#
            )
            let events = try await server.services.store.events(of: TestServer.one, after: 0, limit: 10)
            #expect(events.count == 2)
            for event in events {
                let body = String(decoding: event.body, as: UTF8.self)
                for word in ["nightingale", "warbler", "finch"] { #expect(!body.contains(word)) }
            }
            let rows = try await server.pool.query("SELECT p.body FROM vault.passages AS p ORDER BY p.number")
            #expect(try rows.map { try $0.decode(0, as: String.self) } == ["nightingale", "warbler"])
        }
    }
}
