import EventLog
import Foundation
import Postgres
import Testing

@testable import ChorusHTTP

/// Whoever keeps a place in the log is told when the log is another one.
@Suite struct ReadTheLogHead {
    private func beginEpoch(_ server: TestServer) async throws {
        try await server.operators.execute("SELECT log.begin_epoch(1, 'a test')")
    }

    @Test func theHeadIsThatOfTheTenant() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let empty = try await caller.send(.get, "/v1/log/head", as: .admin).json
            #expect(empty["position"]?.int == 0)
            #expect(empty["chain"]?.string == (String(repeating: "0", count: 64)))
            #expect(empty["recordedAt"]?.string == nil)
            _ = try await caller.send(.post, "/v1/feedback", as: .collector, #"{"text":"a"}"#)
            let head = try await caller.send(.get, "/v1/log/head", as: .reviewer).json
            let stored = try await LogHead.read(TestServer.one, from: server.pool)
            #expect(head["position"]?.int == Int(stored.position))
            #expect(head["chain"]?.string == (stored.chain.hexadecimal))
            #expect(head["epoch"] == empty["epoch"])
            let foreign = try await caller.send(.get, "/v1/log/head", as: .foreignAdmin).json
            #expect(foreign["position"]?.int == 0 && foreign["tenant"]?.string == ("two"))
        }
    }

    @Test func cursorsOfAnEarlierEpochAreRefused() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for text in ["a", "b", "c"] {
                _ = try await caller.send(.post, "/v1/feedback", as: .collector, #"{"text":"\#(text)"}"#)
            }
            try await server.project()
            let first = try await caller.send(.get, "/v1/demands?limit=1", as: .reviewer)
            let link = try #require(first.headers[.link])
            let next = String(try #require(link.dropFirst().split(separator: ">").first))
            let second = try await caller.send(.get, next, as: .reviewer)
            #expect(second.status == 200)
            try await beginEpoch(server)
            let refused = try await caller.send(.get, next, as: .reviewer)
            #expect(refused.status == 410)
            let problem = refused.json
            #expect(problem["code"]?.string == ("epoch-changed"))
            #expect(
                problem["detail"]
                    == .string(
                        "the database was restored, copied or promoted since: what followed may differ; begin again "
                            + "without a cursor"
                    )
            )
            let again = try await caller.send(.get, "/v1/demands?limit=1", as: .reviewer)
            #expect(again.status == 200)
        }
    }

    @Test func aPositionMayCarryItsEpoch() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            _ = try await caller.send(.post, "/v1/feedback", as: .collector, #"{"text":"a"}"#)
            try await server.project()
            let start = try await caller.send(.get, "/v1/log/head", as: .admin).json
            let cursor = try #require(start["cursor"]?.string)
            for path in ["/v1/demands", "/v1/aggregates/demand_board", "/v1/surveys", "/v1/groups"] {
                let answer = try await caller.send(.get, "\(path)?min_position=\(cursor)", as: .admin)
                #expect(answer.status == 200, "\(path)")
            }
            for wrong in ["x", "1:2", ":1", "\(cursor)0x", "\(UUID()):", "\(UUID()):-1", "-1"] {
                let answer = try await caller.send(.get, "/v1/demands?min_position=\(wrong)", as: .admin)
                #expect(answer.status == 400, "\(wrong)")
            }
            try await beginEpoch(server)
            for path in ["/v1/demands", "/v1/aggregates/demand_board", "/v1/surveys", "/v1/groups"] {
                let answer = try await caller.send(.get, "\(path)?min_position=\(cursor)", as: .admin)
                #expect(answer.status == 410, "\(path)")
            }
            let head = try await caller.send(.get, "/v1/log/head", as: .admin).json
            #expect(head["epochBegan"]?["reason"]?.string == "a test")
        }
    }
}
