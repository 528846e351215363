import Foundation
import HTTPTypes
import Testing
import Yams

@testable import ChorusHTTP

/// The routes and `openapi.yaml` say the same.
@Suite struct KeepTheContract {
    private func file() throws -> [String: Any] {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/ChorusHTTP/openapi.yaml")
        let text = try String(contentsOf: url, encoding: .utf8)
        return try #require(try Yams.load(yaml: text) as? [String: Any])
    }

    /// `GET /v1/feedback` and the like.
    private func documented() throws -> [String: [String: Any]] {
        let paths = try #require(try file()["paths"] as? [String: [String: [String: Any]]])
        var operations: [String: [String: Any]] = [:]
        for (path, methods) in paths {
            for (method, operation) in methods { operations["\(method.uppercased()) \(path)"] = operation }
        }
        return operations
    }

    @Test func everyRouteIsInTheFileAndTheOtherWayRound() async throws {
        let server = try await TestServer.make()
        let routes = routeTable(server.services, configuration: server.configuration).routes
            .map { "\($0.method.rawValue) \($0.template)" }
        #expect(routes.sorted() == (try documented()).keys.sorted())
        #expect(routes.count >= 18)
        await server.pool.close()
        await server.operators.close()
    }

    @Test func everyReferenceLeadsSomewhere() throws {
        let file = try file()
        var broken: [String] = []
        func walk(_ node: Any) {
            if let map = node as? [String: Any] {
                if let reference = map["$ref"] as? String {
                    var target: Any? = file
                    for part in reference.dropFirst(2).split(separator: "/") {
                        target = (target as? [String: Any])?[String(part)]
                    }
                    if target == nil { broken.append(reference) }
                }
                map.values.forEach(walk)
            } else if let list = node as? [Any] {
                list.forEach(walk)
            }
        }
        walk(file)
        #expect(broken == [])
    }

    @Test func statusesThatRoutesGiveAreInTheFile() async throws {
        let operations = try documented().mapValues { Set((($0["responses"] as? [String: Any]) ?? [:]).keys) }
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a","source":"s","externalId":"1"}"#)
            let track: HTTPFields = [.authorization: "Tracking \(sent.trackingCode)"]
            let ndjson: HTTPFields = [.contentType: "application/x-ndjson"]
            let csv: HTTPFields = [.contentType: "text/csv"]
            let long = #"{"text":""# + String(repeating: "a", count: 262_144) + #""}"#
            let survey = try await caller.survey()
            let draft = try await caller.survey(isOpen: false)
            let (surveys, one) = ("/v1/surveys", "/v1/surveys/{id}")
            let requests: [(String, HTTPRequest.Method, String, TestServer.Who?, String?, HTTPFields, Int)] = [
                (surveys, .post, surveys, .author, ExampleSurvey.body(), [:], 201),
                (surveys, .post, surveys, .author, "{}", [:], 422), (surveys, .get, surveys, .author, nil, [:], 200),
                (surveys, .get, "/v1/surveys?min_position=1", .author, nil, [:], 503),
                (surveys, .get, "/v1/surveys?limit=0", .author, nil, [:], 400),
                (one, .get, "/v1/surveys/\(survey)", .collector, nil, [:], 200),
                (one, .get, "/v1/surveys/x", .collector, nil, [:], 404),
                (one, .put, "/v1/surveys/\(draft)", .author, ExampleSurvey.body(), [:], 200),
                (one, .put, "/v1/surveys/\(survey)", .author, ExampleSurvey.body(), [:], 409),
                (one + "/open", .post, "/v1/surveys/\(survey)/open", .author, nil, [:], 409),
                (one + "/open", .post, "/v1/surveys/\(draft)/open", .author, nil, [:], 200),
                (one + "/close", .post, "/v1/surveys/\(draft)/close", .author, nil, [:], 200),
                (
                    one + "/responses", .post, "/v1/surveys/\(survey)/responses", .collector,
                    #"{"answers":{"use":"yes"}}"#, [:], 201
                ),
                (one + "/responses", .post, "/v1/surveys/\(survey)/responses", .collector, "{}", [:], 422),
                (
                    one + "/responses", .post, "/v1/surveys/\(draft)/responses", .collector,
                    #"{"answers":{"use":"yes"}}"#, [:], 409
                ),
                (one + "/responses", .post, "/v1/surveys/x/responses", .collector, #"{"answers":{}}"#, [:], 404),
                (
                    one + "/responses/bulk", .post, "/v1/surveys/\(survey)/responses/bulk", .collector, "{}", ndjson,
                    200
                ), (one + "/responses/bulk", .post, "/v1/surveys/x/responses/bulk", .collector, "{}", ndjson, 404),
                ("/v1/feedback", .post, "/v1/feedback", .collector, #"{"text":"a"}"#, [:], 201),
                ("/v1/feedback", .post, "/v1/feedback", .collector, "", [:], 400),
                ("/v1/feedback", .post, "/v1/feedback", nil, "{}", [:], 401),
                ("/v1/feedback", .post, "/v1/feedback", .analyst, "{}", [:], 403),
                (
                    "/v1/feedback", .post, "/v1/feedback", .collector, #"{"text":"b","source":"s","externalId":"1"}"#,
                    [:], 409
                ),
                ("/v1/feedback", .post, "/v1/feedback", .collector, long, [:], 413),
                ("/v1/feedback", .post, "/v1/feedback", .collector, "{}", ndjson, 415),
                ("/v1/feedback", .post, "/v1/feedback", .collector, "{}", [:], 422),
                ("/v1/feedback", .get, "/v1/feedback?source=s&externalId=1", .admin, nil, [:], 200),
                ("/v1/feedback", .get, "/v1/feedback?source=s&externalId=2", .admin, nil, [:], 404),
                ("/v1/feedback/bulk", .post, "/v1/feedback/bulk", .collector, "{}", ndjson, 200),
                ("/v1/feedback/bulk", .post, "/v1/feedback/bulk", .collector, "{}", [:], 415),
                ("/v1/feedback/bulk", .post, "/v1/feedback/bulk?results=x", .collector, "{}", ndjson, 400),
                ("/v1/feedback/{id}", .get, "/v1/feedback/\(sent.id)", .collector, nil, [:], 200),
                ("/v1/feedback/{id}", .get, "/v1/feedback/x", .collector, nil, [:], 404),
                ("/v1/track", .get, "/v1/track", nil, nil, track, 200),
                ("/v1/track", .get, "/v1/track", nil, nil, [:], 401),
                ("/v1/track/addition", .post, "/v1/track/addition", nil, #"{"text":"b"}"#, track, 201),
                ("/v1/track/addition", .post, "/v1/track/addition", nil, #"{"text":""}"#, track, 422),
                ("/v1/demands/{id}", .get, "/v1/demands/\(sent.id).1", .reviewer, nil, [:], 200),
                ("/v1/models", .get, "/v1/models", .reviewer, nil, [:], 200),
                ("/v1/models", .post, "/v1/models", .admin, #"{"target":"mood"}"#, [:], 422),
                (
                    "/v1/models/{number}/activate", .post, "/v1/models/1/activate", .admin, #"{"threshold":1}"#, [:],
                    404
                ),
                (
                    "/v1/models/{number}/attempt", .post, "/v1/models/x/attempt", .admin, #"{"threshold":1}"#, [:], 404
                ),
                (
                    "/v1/demands/{id}/explanation", .get, "/v1/demands/\(sent.id).1/explanation", .reviewer, nil, [:],
                    409
                ),
                ("/v1/demands/{id}", .get, "/v1/demands/\(sent.id).2", .reviewer, nil, [:], 404),
                (
                    "/v1/demands/{id}/kind", .post, "/v1/demands/\(sent.id).1/kind", .reviewer,
                    #"{"kind":"praise"}"#, [:], 200
                ),
                ("/v1/demands/{id}/kind", .post, "/v1/demands/\(sent.id).1/kind", .reviewer, "{}", [:], 422),
                ("/v1/track/withdraw", .post, "/v1/track/withdraw", nil, nil, track, 200),
                ("/v1/track/withdraw", .post, "/v1/track/withdraw", nil, nil, track, 409),
                ("/v1/track/withdraw", .post, "/v1/track/withdraw", nil, "[]", track, 422),
                ("/v1/demands", .get, "/v1/demands", .reviewer, nil, [:], 200),
                ("/v1/demands", .get, "/v1/demands?min_position=1", .reviewer, nil, [:], 503),
                ("/v1/demands", .get, "/v1/demands?min_position=99", .reviewer, nil, [:], 400),
                ("/v1/aggregates", .get, "/v1/aggregates", .reviewerOfUnion, nil, [:], 403),
                ("/v1/aggregates", .get, "/v1/aggregates", .analyst, nil, [:], 200),
                ("/v1/aggregates/{view}", .get, "/v1/aggregates/demand_board", .analyst, nil, [:], 200),
                ("/v1/aggregates/{view}", .get, "/v1/aggregates/x", .analyst, nil, [:], 404),
                ("/v1/groups", .post, "/v1/groups", .author, #"{"code":"a","names":{"en":"A"}}"#, [:], 201),
                ("/v1/groups", .post, "/v1/groups", .author, #"{"code":"a","names":{"en":"B"}}"#, [:], 409),
                ("/v1/groups", .post, "/v1/groups", .author, "code,name\nb,B\n", csv, 200),
                ("/v1/groups", .post, "/v1/groups", .author, "", csv, 400),
                ("/v1/groups", .post, "/v1/groups", .author, "{}", ndjson, 415),
                ("/v1/groups", .get, "/v1/groups", .collector, nil, [:], 200),
                ("/v1/groups", .get, "/v1/groups", .publishable, nil, [:], 403),
                ("/v1/groups/{code}", .get, "/v1/groups/a", .collector, nil, [:], 200),
                ("/v1/groups/{code}", .get, "/v1/groups/z", .collector, nil, [:], 404),
                ("/v1/groups/{code}", .put, "/v1/groups/a", .author, #"{"names":{"en":"C"}}"#, [:], 200),
                ("/v1/groups/{code}", .put, "/v1/groups/a", .author, "{}", [:], 422),
                ("/v1/groups/{code}/names", .post, "/v1/groups/a/names", .author, #"{"name":"x"}"#, [:], 200),
                ("/v1/groups/{code}/names", .post, "/v1/groups/z/names", .author, #"{"name":"x"}"#, [:], 404),
                ("/v1/groups/{code}/merge", .post, "/v1/groups/a/merge", .author, #"{"into":"b"}"#, [:], 200),
                ("/v1/groups/{code}/merge", .post, "/v1/groups/a/merge", .author, #"{"into":"b"}"#, [:], 409),
                ("/v1/channels/{code}/retire", .post, "/v1/channels/web/retire", .author, nil, [:], 200),
                ("/v1/channels/{code}/retire", .post, "/v1/channels/z/retire", .author, nil, [:], 404),
                ("/livez", .get, "/livez", nil, nil, [:], 200), ("/readyz", .get, "/readyz", nil, nil, [:], 200),
                ("/openapi.yaml", .get, "/openapi.yaml", nil, nil, [:], 200),
            ]
            for (template, method, uri, who, body, headers, expected) in requests {
                let answer = try await caller.send(method, uri, as: who, body, headers: headers)
                let name = Comment(rawValue: "\(method) \(uri): \(answer.status) \(answer.text.prefix(300))")
                #expect(answer.status == expected, name)
                #expect(operations["\(method.rawValue) \(template)"]?.contains("\(answer.status)") == true, name)
            }
        }
    }

    @Test func statusesOfBriefsAreInTheFile() async throws {
        let operations = try documented().mapValues { Set((($0["responses"] as? [String: Any]) ?? [:]).keys) }
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let sent = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body())
            let track: HTTPFields = [.authorization: "Tracking \(town.codes[0])"]
            let old: HTTPFields = [.ifMatch: "\"0\""]
            let bad: HTTPFields = [.ifMatch: "0"]
            let (briefs, one) = ("/v1/briefs", "/v1/briefs/{brief}")
            let at = "/v1/briefs/\(sent.id)"
            let check = "/v1/track/briefs/{brief}/check"
            let uri = "/v1/track/briefs/\(sent.id)/check"
            let requests: [(String, HTTPRequest.Method, String, TestServer.Who?, String?, HTTPFields, Int)] = [
                (briefs, .post, briefs, .reviewer, town.body(), [:], 201),
                (briefs, .post, briefs, .reviewer, "{}", [:], 422), (briefs, .post, briefs, .analyst, "{}", [:], 403),
                (briefs, .post, briefs, .reviewer, "", [:], 400), (briefs, .get, briefs, .reviewer, nil, [:], 200),
                (briefs, .get, "/v1/briefs?min_position=1", .reviewer, nil, [:], 200),
                (briefs, .get, "/v1/briefs?limit=0", .reviewer, nil, [:], 400),
                (one, .get, at, .reviewer, nil, [:], 200), (one, .get, "/v1/briefs/x", .reviewer, nil, [:], 404),
                (one + "/wording", .post, at + "/wording", .reviewer, #"{"title":"a"}"#, [:], 200),
                (one + "/wording", .post, at + "/wording", .reviewer, #"{"title":"a"}"#, old, 412),
                (one + "/wording", .post, at + "/wording", .reviewer, #"{"title":"a"}"#, bad, 400),
                (check, .post, uri, nil, #"{"answer":"yes"}"#, track, 404),
                (one + "/outcome", .post, at + "/outcome", .reviewer, #"{"outcome":"adopted"}"#, [:], 409),
                (one + "/ask", .post, at + "/ask", .reviewer, nil, [:], 200),
                (one + "/ask", .post, at + "/ask", .reviewer, nil, [:], 409),
                (one + "/ask", .post, at + "/ask", .reviewer, nil, old, 412),
                (check, .post, uri, nil, #"{"answer":"yes"}"#, track, 201),
                (check, .post, uri, nil, #"{"answer":"yes"}"#, track, 409),
                (check, .post, uri, nil, "{}", track, 422), (check, .post, uri, nil, "{}", [:], 401),
                ("/v1/track/briefs", .get, "/v1/track/briefs", nil, nil, track, 200),
                ("/v1/track/briefs", .get, "/v1/track/briefs", nil, nil, [:], 401),
                (one + "/deliver", .post, at + "/deliver", .reviewer, "{}", [:], 422),
                (one + "/deliver", .post, at + "/deliver", .reviewer, #"{"to":"a"}"#, old, 412),
                (one + "/deliver", .post, at + "/deliver", .reviewer, #"{"to":"a"}"#, [:], 200),
                (one + "/outcome", .post, at + "/outcome", .reviewer, #"{"outcome":"adopted"}"#, old, 412),
                (one + "/outcome", .post, at + "/outcome", .reviewer, #"{"outcome":"adopted"}"#, [:], 200),
                (one + "/drop", .post, at + "/drop", .reviewer, #"{"reason":"a"}"#, [:], 409),
                (one + "/drop", .post, at + "/drop", .reviewer, #"{"reason":"a"}"#, old, 412),
            ]
            for (template, method, uri, who, body, headers, expected) in requests {
                let answer = try await caller.send(method, uri, as: who, body, headers: headers)
                let name = Comment(rawValue: "\(method) \(uri): \(answer.status) \(answer.text.prefix(300))")
                #expect(answer.status == expected, name)
                #expect(operations["\(method.rawValue) \(template)"]?.contains("\(answer.status)") == true, name)
            }
        }
    }

    @Test func theServerServesTheFileItself() async throws {
        let served = try await TestServer.make().run { try await $0.send(.get, "/openapi.yaml") }
        let loaded = try #require(try Yams.load(yaml: served.text) as? [String: Any])
        #expect(loaded["openapi"] as? String == "3.1.0")
        #expect(served.headers[.contentType] == "application/yaml")
    }
}
