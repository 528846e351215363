import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// The same request has one effect and one answer, byte for byte, whichever node it reaches, and after a restart.
@Suite struct RetryOnAnotherNode {
    /// Two nodes on one database.
    private func withNodes(_ body: @Sendable (TestServer, TestCaller, TestCaller) async throws -> Void) async throws {
        let server = try await TestServer.make()
        let other = try server.node()
        try await server.run { first in
            try await other.run { second in try await body(server, first, second) }
        }
    }

    private static let keyed: HTTPFields = [.idempotencyKey: "order-1"]

    @Test(arguments: [
        (#"{"text":"a","source":"s","externalId":"1","category":"roads","personRef":"p"}"#, false, 3),
        (#"{"text":"a"}"#, true, 2),
    ])
    func atOnceOnTwoNodes(_ body: String, _ isKeyed: Bool, _ events: Int) async throws {
        let headers: HTTPFields = isKeyed ? Self.keyed : [:]
        try await withNodes { server, first, second in
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for caller in [first, second] {
                    for _ in 1...20 {
                        group.addTask {
                            try await caller.send(.post, "/v1/feedback", as: .collector, body, headers: headers)
                        }
                    }
                }
                return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
            }
            #expect(Set(answers.map { "\($0.status) \($0.text)" }).count == 1, "\(answers.map(\.text))")
            #expect(answers.first?.status == 201)
            #expect(try await server.services.store.head(of: TestServer.one) == Position(events))
        }
    }

    /// Whatever content was first, the others are told so, and nothing of them is stored.
    @Test func atOnceWithDifferentContentOneIsStored() async throws {
        try await withNodes { server, first, second in
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for (index, caller) in [first, second, first, second, first, second].enumerated() {
                    group.addTask {
                        try await caller.send(
                            .post,
                            "/v1/feedback",
                            as: .collector,
                            #"{"text":"wording \#(index)"}"#,
                            headers: Self.keyed
                        )
                    }
                }
                return try await group.reduce(into: [TestAnswer]()) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 201 }.count == 1)
            let refused = answers.filter { $0.status != 201 }
            #expect(refused.allSatisfy { $0.status == 422 && $0.code == "idempotency-key-reused" })
            #expect(try await server.services.store.head(of: TestServer.one) == 2)
        }
    }

    @Test func externalIdGoesBeforeTheKey() async throws {
        try await withNodes { server, first, second in
            let one = #"{"text":"a","source":"s","externalId":"1"}"#
            let two = #"{"text":"a","source":"s","externalId":"2"}"#
            let stored = try await first.feedback(one, headers: Self.keyed)
            // Another key, or none, is the same message; the same key is another one.
            #expect(try await second.feedback(one, headers: [.idempotencyKey: "x"]).bytes == stored.bytes)
            #expect(try await second.feedback(one).bytes == stored.bytes)
            #expect(try await second.feedback(two, headers: Self.keyed).id != stored.id)
            #expect(try await second.feedback(#"{"text":"a"}"#, headers: Self.keyed).id != stored.id)
            #expect(try await server.services.store.head(of: TestServer.one) == 6)
        }
    }

    @Test func aRefusalIsDecidedAgainOnceTheWorldHasChanged() async throws {
        try await withNodes { server, first, second in
            let body = #"{"text":"a","channel":"kiosk"}"#
            let refused = try await first.send(.post, "/v1/feedback", as: .collector, body, headers: Self.keyed)
            #expect(refused.status == 422 && refused.json["errors"]?[0]?["pointer"]?.string == "/channel")
            #expect(try await server.services.store.head(of: TestServer.one) == 0)
            let opened = try await second.send(
                .post,
                "/v1/channels",
                as: .author,
                #"{"code":"kiosk","names":{"en":"Kiosk"}}"#
            )
            #expect(opened.status == 201, "\(opened.text)")
            let stored = try await second.feedback(body, headers: Self.keyed)
            let again = try server.node()
            try await again.run { third async throws in
                #expect(try await third.feedback(body, headers: Self.keyed).bytes == stored.bytes)
            }
        }
    }

    /// Commands on a message that is there: each answers the same again, here and there, now and later.
    @Test func commandsOnAMessageAnswerTheSameAgain() async throws {
        try await withNodes { server, first, second in
            let sent = try await first.feedback(#"{"text":"a","category":"roads"}"#)
            let track: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            let demand = "/v1/demands/\(sent.id).1"
            let steps: [(uri: String, who: TestServer.Who?, body: String?, status: Int)] = [
                ("/v1/track/addition", nil, #"{"text":"more"}"#, 201),
                (demand + "/category", .reviewer, #"{"category":"parks"}"#, 200),
                (demand + "/kind", .reviewer, #"{"kind":"complaint"}"#, 200),
                (demand + "/group", .reviewer, #"{"groups":[{"name":"drivers"}]}"#, 200),
                (demand + "/place", .reviewer, #"{"place":"north"}"#, 200), ("/v1/track/withdraw", nil, nil, 200),
            ]
            @Sendable func send(_ index: Int, _ caller: TestCaller) async throws -> TestAnswer {
                let step = steps[index]
                var headers: HTTPFields = step.who == nil ? track : [:]
                headers[.idempotencyKey] = "step"
                return try await caller.send(.post, step.uri, as: step.who, step.body, headers: headers)
            }
            var answers: [TestAnswer] = []
            for index in steps.indices {
                async let one = send(index, first)
                async let two = send(index, second)
                let (here, there) = try await (one, two)
                #expect(here.status == steps[index].status, "\(here.text)")
                #expect(here.status == there.status && here.bytes == there.bytes, "\(here.text) \(there.text)")
                answers.append(here)
            }
            let head = try await server.services.store.head(of: TestServer.one)
            #expect(head == 3 + Position(steps.count))
            // After everything else has happened, and on a node that has just started.
            let restarted = try server.node()
            try await restarted.run { [answers] third in
                for index in steps.indices {
                    let again = try await send(index, third)
                    #expect(
                        again.status == answers[index].status && again.bytes == answers[index].bytes,
                        "\(again.text)"
                    )
                }
            }
            #expect(try await server.services.store.head(of: TestServer.one) == head)
        }
    }
}
