import Foundation
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

/// Labels of reviewers, many at once.
@Suite struct LabelDemands {
    private let ndjson: HTTPFields = [.contentType: "application/x-ndjson"]

    private func label(
        _ caller: TestCaller,
        _ lines: [String],
        as who: TestServer.Who = .reviewer,
        _ query: String = "",
        key: String? = nil
    ) async throws -> TestAnswer {
        var headers = ndjson
        if let key { headers[.idempotencyKey] = key }
        let body = lines.joined(separator: "\n")
        return try await caller.send(.post, "/v1/demands/labels" + query, as: who, body, headers: headers)
    }

    private func publish(_ caller: TestCaller) async throws {
        let csv: HTTPFields = [.contentType: "text/csv"]
        let sent = try await caller.send(.post, "/v1/taxonomy", as: .admin, "level1\nroads\nparks\n", headers: csv)
        #expect(sent.status == 201, "\(sent.text)")
    }

    @Test func eachLineIsACorrection() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await publish(caller)
            let one = try await caller.feedback(#"{"text":"a"}"#)
            let two = try await caller.feedback(#"{"text":"b","source":"s","externalId":"7"}"#)
            let lines = [
                #"{"demand":"\#(one.id).1","category":"roads","kind":"complaint"}"#,
                #"{"source":"s","externalId":"7","category":"parks"}"#, "",
                #"{"source":"s","externalId":"7","number":1,"kind":"praise"}"#,
            ]
            let before = try await server.services.store.head(of: TestServer.one)
            let answer = try await label(caller, lines)
            #expect(answer.status == 200)
            let results = answer.lines
            #expect(results.map { $0["line"]?.int } == [1, 2, 4, nil], "\(answer.text)")
            #expect(results.prefix(3).allSatisfy { $0["status"]?.int == 200 })
            #expect(results.prefix(3).map { $0["demand"]?.string } == ["\(one.id).1", "\(two.id).1", "\(two.id).1"])
            #expect(
                answer.text.split(separator: "\n").last
                    == #"{"done":true,"lines":3,"stored":3,"repeated":0,"refused":0}"#
            )
            let head = try await server.services.store.head(of: TestServer.one)
            #expect(head == before + 4)
            for (sent, category, kind) in [(one, "roads", "complaint"), (two, "parks", "praise")] {
                let shown = try await caller.send(.get, "/v1/demands/\(sent.id).1", as: .reviewer).json
                #expect(shown["category"]?.string == category && shown["categoryMethod"]?.string == "reviewer")
                #expect(shown["kind"]?.string == kind && shown["kindMethod"]?.string == "reviewer")
            }
            // The same again changes nothing.
            let again = try await label(caller, lines, as: .admin)
            #expect(again.lines.last?["repeated"]?.int == 3 && again.lines.last?["stored"]?.int == 0)
            #expect(try await server.services.store.head(of: TestServer.one) == head)
        }
    }

    @Test func everyBadLineIsNamedAndTheOthersGoOn() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            try await publish(caller)
            let sent = try await caller.feedback(#"{"text":"a","organization":"union"}"#)
            let elsewhere = try await caller.feedback(#"{"text":"a","organization":"school"}"#)
            let withdrawn = try await caller.feedback(#"{"text":"a"}"#)
            let code: HTTPFields = [.authorization: "Tracking \(withdrawn.trackingCode)"]
            _ = try await caller.send(.post, "/v1/track/withdraw", headers: code)
            let cases: [(line: String, status: Int, code: String, detail: String)] = [
                (
                    #"{"demand":"\#(sent.id).1","category":"lamps"}"#, 422, "invalid-fields",
                    "/category must be a code of the taxonomy's version 1 (GET /v1/taxonomy), or unclassified"
                ),
                (#"{"demand":"\#(sent.id).2","category":"roads"}"#, 404, "unknown-demand", ""),
                (
                    #"{"demand":"\#(UUID().text).1","category":"roads"}"#, 404, "unknown-demand",
                    "there is no such demand that you may review"
                ),
                (
                    #"{"source":"s","externalId":"none","category":"roads"}"#, 404, "unknown-demand",
                    "there is no message with this source and externalId that you may review, or it has no such demand"
                ),
                (
                    #"{"demand":"x","category":"roads"}"#, 422, "invalid-fields",
                    "/demand must be a demand's id: its message's id, a dot and its number"
                ),
                (
                    #"{"category":"roads"}"#, 422, "invalid-fields",
                    "/demand must be given, or source and externalId of its message"
                ),
                (
                    #"{"source":"s","category":"roads"}"#, 422, "invalid-fields",
                    "/externalId must be given: source and externalId name a message"
                ),
                (
                    #"{"externalId":"s","category":"roads"}"#, 422, "invalid-fields",
                    "/source must be given: source and externalId name a message"
                ),
                (
                    #"{"demand":"\#(sent.id).1","source":"s","category":"roads"}"#, 422, "invalid-fields",
                    "/source must be absent where demand is given"
                ),
                (#"{"demand":"\#(sent.id).1"}"#, 422, "invalid-fields", "/category must be given, or kind, or both"),
                (#"{"demand":"\#(sent.id).1","kind":"wish"}"#, 422, "invalid-fields", "/kind must be one of "),
                (#"{"demand":"\#(sent.id).1","kind":"praise","text":"a"}"#, 422, "invalid-fields", "/text "),
                (#"{"demand":"\#(withdrawn.id).1","kind":"praise"}"#, 409, "withdrawn", ""),
                (#"{"demand":"\#(elsewhere.id).1","kind":"praise"}"#, 404, "unknown-demand", ""),
                ("nonsense", 400, "malformed-json", ""),
            ]
            let good = #"{"demand":"\#(sent.id).1","category":"unclassified","kind":"praise"}"#
            let answer = try await label(caller, cases.map(\.line) + [good], as: .reviewerOfUnion, "?results=refused")
            let results = answer.lines
            #expect(results.count == cases.count + 1, "\(answer.text)")
            for (result, expected) in zip(results, cases) {
                // This one belongs to nobody's organization.
                let isHidden = expected.code == "withdrawn"
                let problem = result["problem"]
                #expect(result["status"]?.int == (isHidden ? 404 : expected.status), "\(expected.line): \(result)")
                #expect(problem?["code"]?.string == (isHidden ? "unknown-demand" : expected.code), "\(result)")
                let mistake = problem?["errors"]?[0]
                let said =
                    mistake.map { "\($0["pointer"]?.string ?? "") \($0["detail"]?.string ?? "")" }
                    ?? problem?["detail"]?.string ?? ""
                #expect(said.hasPrefix(expected.detail), "\(result)")
            }
            #expect(results.last?["stored"]?.int == 1 && results.last?["refused"]?.int == cases.count)
            let late = try await label(caller, [#"{"demand":"\#(withdrawn.id).1","kind":"praise"}"#])
            #expect(late.lines.first?["problem"]?["code"]?.string == "withdrawn", "\(late.text)")
            let plain: HTTPFields = [.contentType: "application/json"]
            let other = try await caller.send(.post, "/v1/demands/labels", as: .reviewer, good, headers: plain)
            #expect(other.status == 415)
            #expect(try await label(caller, [good], "?onChange=amend").status == 400)
        }
    }

    @Test func answersToSurveysHaveDemandsToo() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let survey = try await caller.send(
                .post,
                "/v1/surveys",
                as: .author,
                #"{"title":{"en":"a"},"language":"en","questions":[{"code":"wish","type":"text","text":{"en":"b"},"#
                    + #""collectsDemands":{"kind":"request"}}]}"#
            )
            #expect(survey.status == 201, "\(survey.text)")
            let uri = "/v1/surveys/\(survey.id)"
            #expect(try await caller.send(.post, uri + "/open", as: .author).status == 200)
            let answered = try await caller.send(
                .post,
                uri + "/responses",
                as: .collector,
                #"{"answers":{"wish":"a lamp"}}"#
            )
            #expect(answered.status == 201, "\(answered.text)")
            let said = try await label(caller, [#"{"demand":"\#(answered.id).1","category":"lamps"}"#])
            #expect(said.lines.last?["stored"]?.int == 1, "\(said.text)")
            let types = try await server.operators.query(
                "SELECT DISTINCT stream_type FROM log.events WHERE type = 'DemandCategorised'"
            )
            #expect(try types.map { try $0.decode(0, as: String.self) } == ["response"])
        }
    }

    /// With a key a label is a command: sent again it is not said again, whatever came between.
    @Test func aKeyMakesALabelACommand() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            func line(_ category: String) -> [String] { [#"{"demand":"\#(sent.id).1","category":"\#(category)"}"#] }
            #expect(try await label(caller, line("a"), key: "k").lines.last?["stored"]?.int == 1)
            #expect(try await label(caller, line("b")).lines.last?["stored"]?.int == 1)
            #expect(try await label(caller, line("a"), key: "k").lines.last?["repeated"]?.int == 1)
            #expect(try await label(caller, line("c"), key: "k").lines.last?["stored"]?.int == 1)
            #expect(try await label(caller, line("a")).lines.last?["stored"]?.int == 1)
        }
    }

    /// Many lines over a socket; two of the same demand are carried out in their order.
    @Test func manyLinesInTheirOrder() async throws {
        let server = try await TestServer.make()
        try await server.run(.live) { caller in
            let messages = (1...300).map { #"{"text":"m \#($0)","source":"s","externalId":"\#($0)"}"# }
            let stored = try await caller.send(
                .post,
                "/v1/feedback/bulk",
                as: .collector,
                messages.joined(separator: "\n"),
                headers: ndjson
            )
            #expect(stored.lines.last?["stored"]?.int == 300)
            let lines = ["first", "second"].flatMap { category in
                (1...300).map { #"{"source":"s","externalId":"\#($0)","category":"\#(category)"}"# }
            }
            let answer = try await label(caller, lines)
            #expect(answer.lines.map { $0["line"]?.int } == (1...600).map { $0 } + [nil])
            let refused = answer.text.split(separator: "\n").filter { $0.contains("problem") }
            #expect(answer.lines.last?["stored"]?.int == 600, "\(refused.first ?? "")")
            try await server.project()
            let all = try await caller.send(.get, "/v1/demands?category=second&limit=500", as: .reviewer)
            #expect(all.json["demands"]?.array?.count == 300, "\(all.text.prefix(300))")
        }
    }
}
