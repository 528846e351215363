import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// Keys and scopes: the matrix of who may call what.
@Suite struct Authorize {
    private static let nobody = "00000000-0000-8000-8000-000000000000"
    private static let reviewers: Set<TestServer.Who> = [
        .admin, .reviewer, .reviewerOfUnion, .foreignAdmin, .foreignReviewer,
    ]

    /// A request, and the callers whose scopes suffice, written by hand.
    static let matrix: [(HTTPRequest.Method, String, Set<TestServer.Who>)] = [
        (.post, "/v1/feedback", [.admin, .collector, .otherCollector, .publishable, .foreignAdmin, .foreignCollector]),
        (.post, "/v1/feedback/bulk", [.admin, .collector, .otherCollector, .foreignAdmin, .foreignCollector]),
        (
            .get, "/v1/feedback?source=a&externalId=b",
            [
                .admin, .collector, .otherCollector, .reviewer, .reviewerOfUnion, .foreignAdmin, .foreignCollector,
                .foreignReviewer,
            ]
        ),
        (
            .get, "/v1/feedback/00000000-0000-8000-8000-000000000000",
            [
                .admin, .collector, .otherCollector, .reviewer, .reviewerOfUnion, .foreignAdmin, .foreignCollector,
                .foreignReviewer,
            ]
        ),
        (.get, "/v1/log/head", reviewers),
        (.get, "/v1/demands", reviewers),
        (.get, "/v1/demands/\(nobody).1", reviewers),
        (.post, "/v1/demands/\(nobody).1/category", reviewers),
        (.post, "/v1/demands/\(nobody).1/kind", reviewers),
        (.post, "/v1/demands/\(nobody).1/group", reviewers),
        (.post, "/v1/demands/\(nobody).1/place", reviewers),
        (.post, "/v1/demands/\(nobody).1/divide", reviewers),
        (.post, "/v1/demands/\(nobody).1/rejoin", reviewers),
        (.post, "/v1/demands/labels", reviewers),
        (.get, "/v1/demands/\(nobody).1/explanation", reviewers),
        (.post, "/v1/demands/\(nobody).1/route", reviewers),
        (.post, "/v1/demands/\(nobody).1/decline", reviewers),
        (.post, "/v1/demands/\(nobody).1/against", reviewers),
        (.post, "/v1/demands/\(nobody).1/urgency", reviewers),
        (.post, "/v1/demands/\(nobody).1/claim", reviewers),
        (.post, "/v1/demands/\(nobody).1/unclaim", reviewers),
        (.post, "/v1/demands/\(nobody).1/accept", reviewers),
        (.post, "/v1/demands/\(nobody).1/start", reviewers),
        (.post, "/v1/demands/\(nobody).1/reply", reviewers),
        (.post, "/v1/demands/\(nobody).1/close", reviewers),
        (.post, "/v1/demands/\(nobody).1/refuse", reviewers),
        (.post, "/v1/demands/\(nobody).1/duplicate", reviewers),
        (.post, "/v1/demands/\(nobody).1/reopen", reviewers),
        (.post, "/v1/demands/\(nobody).1/escalate", reviewers),
        (.post, "/v1/demands/\(nobody).1/mask", reviewers),
        (.post, "/v1/replies", reviewers),
        (.post, "/v1/topics/t1/reply", reviewers),
        (.get, "/v1/routing", reviewers.union([.author])),
        (.post, "/v1/routing", [.admin, .author, .foreignAdmin]),
        (
            .get, "/v1/feedback/changes",
            [.admin, .collector, .otherCollector, .foreignAdmin, .foreignCollector]
        ),
        (
            .post, "/v1/feedback/\(nobody)/judgement",
            [.admin, .collector, .otherCollector, .foreignAdmin, .foreignCollector]
        ),
        (
            .post, "/v1/feedback/\(nobody)/reopen",
            [.admin, .collector, .otherCollector, .foreignAdmin, .foreignCollector]
        ),
        (.get, "/v1/models", reviewers),
        (.get, "/v1/topics/t1", reviewers),
        (.post, "/v1/demands/\(nobody).1/topic", reviewers),
        (.post, "/v1/briefs", reviewers),
        (.get, "/v1/briefs", reviewers),
        (.get, "/v1/briefs/\(nobody)", reviewers),
        (.post, "/v1/briefs/\(nobody)/wording", reviewers),
        (.post, "/v1/briefs/\(nobody)/ask", reviewers),
        (.post, "/v1/briefs/\(nobody)/deliver", reviewers),
        (.post, "/v1/briefs/\(nobody)/outcome", reviewers),
        (.post, "/v1/briefs/\(nobody)/drop", reviewers),
        (.post, "/v1/models", [.admin, .foreignAdmin]),
        (.post, "/v1/models/1/activate", [.admin, .foreignAdmin]),
        (.post, "/v1/models/1/attempt", [.admin, .foreignAdmin]),
        (.post, "/v1/models/1/deactivate", [.admin, .foreignAdmin]),
        (
            .get, "/v1/aggregates",
            [
                .admin, .reviewer, .analyst, .foreignAdmin, .foreignReviewer, .foreignAnalyst,
            ]
        ),
        (
            .get, "/v1/aggregates/demand_board",
            [
                .admin, .reviewer, .analyst, .foreignAdmin, .foreignReviewer, .foreignAnalyst,
            ]
        ),
    ]

    @Test func everyKeyOnEveryRoute() async throws {
        var server = try await TestServer.make()
        // More wrong keys than one address may try.
        server.configuration.wrongKeyBurst = 1_000
        try await server.run { [matrix = Self.matrix] caller in
            for (method, uri, allowed) in matrix {
                let type =
                    uri.hasSuffix("bulk") || uri.hasSuffix("labels") ? "application/x-ndjson" : "application/json"
                let body = method == .post ? #"{"text":"a"}"# : nil
                for who in TestServer.Who.allCases {
                    let answer = try await caller.send(
                        method,
                        uri,
                        as: who,
                        body,
                        headers: method == .post ? [.contentType: type] : [:]
                    )
                    let name = Comment(rawValue: "\(who) \(method) \(uri): \(answer.status) \(answer.text)")
                    if allowed.contains(who) {
                        #expect([200, 201, 404, 422].contains(answer.status), name)
                    } else {
                        #expect(answer.status == 403 && answer.code == "missing-scope", name)
                    }
                }
                for header in [nil, "Bearer", "Bearer ", "Basic abc", "Bearer chorus_sk_wrong", "Bearer a b"] {
                    var headers: HTTPFields = [.contentType: type]
                    headers[.authorization] = header
                    let answer = try await caller.send(method, uri, body, headers: headers)
                    #expect(answer.status == 401, "\(header ?? "none") \(uri)")
                    #expect(answer.headers[.wwwAuthenticate] == "Bearer realm=\"chorus\"")
                }
            }
        }
    }

    @Test func aRevokedKeyStopsWithinItsLifetime() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            #expect(try await caller.send(.get, "/v1/demands", as: .reviewer).status == 200)
            try await server.operators.execute("UPDATE access.keys SET revoked_at = now() WHERE name = 'reviewer'")
            server.clock.advance(.seconds(1))
            #expect(try await caller.send(.get, "/v1/demands", as: .reviewer).status == 200)
            server.clock.advance(.seconds(2))
            #expect(try await caller.send(.get, "/v1/demands", as: .reviewer).status == 401)
        }
    }

    @Test func wrongKeysAreLimitedAndWorkingOnesAreNot() async throws {
        var server = try await TestServer.make()
        server.configuration.wrongKeyBurst = 2
        server.configuration.wrongKeysPerMinute = 6
        try await server.run { [clock = server.clock] caller in
            #expect(try await caller.send(.get, "/v1/demands", as: .reviewer).status == 200)
            func wrong(_ key: String) async throws -> TestAnswer {
                try await caller.send(.get, "/v1/demands", headers: [.authorization: "Bearer \(key)"])
            }
            #expect(try await wrong("one").status == 401)
            #expect(try await wrong("one").status == 401)
            // Known to be wrong, and never seen.
            for key in ["one", "two"] {
                let refused = try await wrong(key)
                #expect(refused.status == 429 && refused.code == "too-many-requests")
                #expect(refused.headers[.retryAfter] == "10")
            }
            // Its memory has expired, and yet it is asked for: it worked.
            clock.advance(.seconds(4))
            #expect(try await caller.send(.get, "/v1/demands", as: .reviewer).status == 200)
            clock.advance(.seconds(6))
            #expect(try await wrong("two").status == 401)
        }
    }

    @Test func aPublishableKeyIsLimitedByAddress() async throws {
        var server = try await TestServer.make()
        server.configuration.intakeBurst = 2
        server.configuration.intakePerMinute = 6
        try await server.run { [clock = server.clock] caller in
            let first = try await caller.feedback(#"{"text":"a"}"#, as: .publishable)
            #expect(first.headers[.rateLimitPolicy] == "\"intake\";q=2;w=20")
            #expect(first.headers[.rateLimit] == "\"intake\";r=1;t=10")
            _ = try await caller.feedback(#"{"text":"a"}"#, as: .publishable)
            let refused = try await caller.send(.post, "/v1/feedback", as: .publishable, #"{"text":"a"}"#)
            #expect(refused.status == 429 && refused.code == "too-many-requests")
            #expect(refused.headers[.retryAfter] == "10" && refused.headers[.rateLimit] == "\"intake\";r=0;t=10")
            _ = try await caller.feedback(#"{"text":"a"}"#, as: .collector)
            clock.advance(.seconds(10))
            _ = try await caller.feedback(#"{"text":"a"}"#, as: .publishable)
        }
    }

    @Test func theGroupsOfAPublishableKeyAreAssertedBySelf() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a","groups":[{"name":"g"}]}"#, as: .publishable)
            let answer = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .admin)
            #expect(answer.json["groups"]?[0]?["assertedBy"]?.string == "self")
            #expect(answer.json["channel"]?.string == "web")
        }
    }
}
