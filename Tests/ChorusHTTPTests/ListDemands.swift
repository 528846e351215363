import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// The reviewer's list.
@Suite struct ListDemands {
    private func next(_ answer: TestAnswer) -> String? {
        guard let link = answer.headers[.link], link.hasSuffix(">; rel=\"next\""), link.hasPrefix("<") else {
            return nil
        }
        return String(link.dropFirst().prefix { $0 != ">" })
    }

    @Test func aWalkReturnsEachDemandOnce() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for number in 1...23 { _ = try await caller.feedback(#"{"text":"demand \#(number)","category":"a b&c"}"#) }
            try await server.project()
            var seen: [String] = []
            var uri: String? = "/v1/demands?limit=5&category=a%20b%26c&from=2020-01-01"
            var pages = 0
            while let address = uri {
                let answer = try await caller.send(.get, address, as: .reviewer)
                #expect(answer.status == 200, "\(answer.text)")
                let demands = answer.json["demands"]?.array ?? []
                seen += demands.compactMap { $0["text"]?.string }
                pages += 1
                // Demands that come in meanwhile neither shift nor double any.
                _ = try await caller.feedback(#"{"text":"other","category":"z"}"#)
                try await server.project()
                uri = next(answer)
            }
            #expect(pages == 5)
            #expect(seen == (1...23).map { "demand \($0)" })
        }
    }

    @Test func filtersByEveryCoordinate() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            _ = try await caller.feedback(
                #"{"text":"one","category":"roads","organization":"union","place":"North","channel":"phone","kind":"praise","occurredAt":"2026-03-01T02:00:00+08:00"}"#
            )
            let two = try await caller.feedback(
                #"{"text":"two","category":"water","organization":"guild","place":"South","channel":"web","kind":"complaint","occurredAt":"2026-03-02T02:00:00+08:00"}"#
            )
            _ = try await caller.send(
                .post,
                "/v1/track/withdraw",
                headers: [.authorization: "Tracking \(two.trackingCode)"]
            )
            let three = try await caller.feedback(#"{"text":"three","occurredAt":"2026-03-03T02:00:00+08:00"}"#)
            try await server.project()
            let cases: [(String, [String])] = [
                ("", ["one", "three"]), ("?category=roads", ["one"]), ("?category=unclassified", ["three"]),
                ("?organization=union", ["one"]), ("?place=North", ["one"]), ("?channel=phone", ["one"]),
                ("?kind=praise", ["one"]), ("?from=2026-03-02", ["three"]), ("?to=2026-03-01", ["one"]),
                ("?from=2026-03-01&to=2026-03-01", ["one"]), ("?status=withdrawn", ["two"]),
                ("?status=open&category=water", []), ("?min_position=\(three.position)", ["one", "three"]),
            ]
            for (query, expected) in cases {
                let answer = try await caller.send(.get, "/v1/demands" + query, as: .reviewer)
                let texts = answer.json["demands"]?.array?.compactMap { $0["text"]?.string }
                #expect(texts == expected, "\(query): \(answer.text)")
            }
            let item = try await caller.send(.get, "/v1/demands?category=roads", as: .reviewer)
            let demand = item.json["demands"]?[0]
            #expect(demand?["kind"]?.string == "praise" && demand?["categoryMethod"]?.string == "given")
            #expect(demand?["occurredAt"]?.string?.hasPrefix("2026-02-28T18:00:00") == true)
            #expect(demand?["status"]?.string == "open" && demand?["subject"]?.isNull == true)
        }
    }

    @Test func aReviewerOfAnOrganizationSeesThatOneOnly() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            _ = try await caller.feedback(#"{"text":"for union","organization":"union"}"#)
            _ = try await caller.feedback(#"{"text":"for guild","organization":"guild"}"#)
            _ = try await caller.feedback(#"{"text":"elsewhere"}"#, as: .foreignCollector)
            try await server.project()
            let union = try await caller.send(.get, "/v1/demands", as: .reviewerOfUnion)
            #expect(union.text.contains("for union") && !union.text.contains("for guild"))
            let guild = try await caller.send(.get, "/v1/demands?organization=guild", as: .reviewerOfUnion)
            #expect(guild.json["demands"]?.array?.isEmpty == true)
            let all = try await caller.send(.get, "/v1/demands", as: .reviewer)
            #expect(all.json["demands"]?.array?.count == 2 && !all.text.contains("elsewhere"))
            let foreign = try await caller.send(.get, "/v1/demands", as: .foreignReviewer)
            #expect(foreign.json["demands"]?.array?.count == 1 && foreign.text.contains("elsewhere"))
        }
    }

    @Test func aCursorBelongsToItsQuestion() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for _ in 1...3 { _ = try await caller.feedback(#"{"text":"a","organization":"union"}"#) }
            try await server.project()
            let page = try await caller.send(.get, "/v1/demands?limit=1", as: .reviewer)
            let link = try #require(next(page))
            let cursor = try #require(link.split(separator: "cursor=").last?.split(separator: "&").first)
            #expect(try await caller.send(.get, "/v1/demands?limit=2&cursor=\(cursor)", as: .reviewer).status == 200)
            let flipped = String(cursor.dropLast()) + (cursor.hasSuffix("A") ? "B" : "A")
            let wrong: [(String, TestServer.Who)] = [
                ("/v1/demands?cursor=x", .reviewer), ("/v1/demands?cursor=", .reviewer),
                ("/v1/demands?cursor=\(flipped.prefix(20))", .reviewer),
                ("/v1/demands?category=a&cursor=\(cursor)", .reviewer),
                ("/v1/demands?cursor=\(cursor)", .reviewerOfUnion),
                ("/v1/demands?cursor=\(cursor)", .foreignReviewer),
                ("/v1/aggregates/demand_board?cursor=\(cursor)", .reviewer),
            ]
            for (uri, who) in wrong {
                let answer = try await caller.send(.get, uri, as: who)
                #expect(answer.status == 400 && answer.code == "bad-cursor", "\(uri) \(answer.text)")
            }
        }
    }

    @Test func aPositionBeyondTheLogIsRefusedAtOnce() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            for uri in ["/v1/demands", "/v1/aggregates", "/v1/aggregates/participation"] {
                let answer = try await caller.send(.get, uri + "?min_position=\(sent.position + 1)", as: .admin)
                #expect(answer.status == 400 && answer.code == "position-ahead", "\(answer.text)")
                #expect(answer.json["errors"]?[0]?["parameter"]?.string == "min_position")
            }
        }
    }

    @Test func aListThatTakesTooLongIsGivenUp() async throws {
        var server = try await TestServer.make()
        server.configuration.listTimeout = .milliseconds(500)
        try await server.run { [operators = server.operators] caller in
            let answer = try await operators.withTransaction { connection in
                try await connection.run(script: "LOCK TABLE projections.generations IN ACCESS EXCLUSIVE MODE")
                return try await caller.send(.get, "/v1/demands", as: .admin)
            }
            #expect(answer.status == 503 && answer.code == "too-slow", "\(answer.text)")
            #expect(try await caller.send(.get, "/v1/demands", as: .admin).status == 200)
        }
    }

    @Test func aPositionThatIsNotProjectedYetIsSaid() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            for uri in ["/v1/demands", "/v1/aggregates", "/v1/aggregates/participation"] {
                let answer = try await caller.send(.get, uri + "?min_position=\(sent.position)", as: .admin)
                #expect(answer.status == 503 && answer.code == "not-yet" && answer.headers[.retryAfter] == "1")
            }
            try await server.project()
            let answer = try await caller.send(.get, "/v1/demands?min_position=\(sent.position)", as: .admin)
            #expect(answer.status == 200 && answer.json["position"]?.int == sent.position)
        }
    }
}
