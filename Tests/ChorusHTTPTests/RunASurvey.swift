import EventLog
import Foundation
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

/// A survey that these tests draft, open and answer.
enum ExampleSurvey {
    static let questions = #"""
        [
          {"code": "use", "text": {"zh": "用桥吗?", "en": "Do you use it?"}, "type": "single", "required": true,
           "options": [{"code": "yes", "text": {"zh": "是"}}, {"code": "no", "text": {"zh": "否"}}]},
          {"code": "ways", "text": {"zh": "怎么过桥?"}, "type": "multiple",
           "options": [{"code": "foot", "text": {"zh": "步行"}}, {"code": "bike", "text": {"zh": "骑车"}}]},
          {"code": "calm", "text": {"zh": "更安静了"}, "type": "scale", "scale": {"from": 1, "to": 5}},
          {"code": "wish", "text": {"zh": "建议"}, "type": "text", "collectsDemands": {"kind": "suggestion", "category": "roads"}}
        ]
        """#

    static func body(organization: String? = nil, title: String = "桥") -> String {
        let members = organization.map { #","organization":"\#($0)""# } ?? ""
        return #"{"title":{"zh":"\#(title)"}\#(members),"groups":[{"name":"drivers"}],"questions":\#(questions)}"#
    }
}

extension TestCaller {
    /// Drafts a survey and gives its id.
    func survey(organization: String? = nil, isOpen: Bool = true) async throws -> String {
        let drafted = try await send(.post, "/v1/surveys", as: .author, ExampleSurvey.body(organization: organization))
        #expect(drafted.status == 201, "\(drafted.text)")
        if isOpen {
            let opened = try await send(.post, "/v1/surveys/\(drafted.id)/open", as: .author)
            #expect(opened.status == 200, "\(opened.text)")
        }
        return drafted.id
    }

    func respond(
        _ survey: String,
        _ body: String,
        as who: TestServer.Who = .collector,
        headers: HTTPFields = [:]
    ) async throws -> TestAnswer {
        try await send(.post, "/v1/surveys/\(survey)/responses", as: who, body, headers: headers)
    }
}

@Suite struct RunASurvey {
    @Test func isDraftedRevisedOpenedAndClosed() async throws {
        try await TestServer.make().run { caller in
            let drafted = try await caller.send(.post, "/v1/surveys", as: .author, ExampleSurvey.body())
            #expect(drafted.status == 201 && drafted.headers[.location] == "/v1/surveys/\(drafted.id)")
            #expect(drafted.json["status"]?.string == "draft" && drafted.json["surveyVersion"]?.int == 1)
            let path = "/v1/surveys/\(drafted.id)"
            let revised = try await caller.send(.put, path, as: .author, ExampleSurvey.body(title: "新桥"))
            #expect(revised.status == 200 && revised.json["surveyVersion"]?.int == 2, "\(revised.text)")
            let same = try await caller.send(.put, path, as: .author, ExampleSurvey.body(title: "新桥"))
            #expect(same.bytes == revised.bytes)
            let shown = try await caller.send(.get, path, as: .author)
            #expect(shown.json["title"]?["zh"]?.string == "新桥" && shown.json["language"]?.string == "zh")
            #expect(shown.json["questions"]?.array?.count == 4 && shown.json["openedAt"]?.isNull == true)
            let opened = try await caller.send(.post, path + "/open", as: .author)
            #expect(opened.status == 200 && opened.json["status"]?.string == "open")
            #expect(opened.json["surveyVersion"]?.int == 2 && opened.position > revised.position)
            let closed = try await caller.send(.post, path + "/close", as: .admin, "{}")
            #expect(closed.status == 200 && closed.json["status"]?.string == "closed", "\(closed.text)")
            let end = try await caller.send(.get, path, as: .collector)
            #expect(end.json["openedAt"]?.string != nil && end.json["closedAt"]?.string != nil)
        }
    }

    @Test func refusesWhatItsStatusForbids() async throws {
        try await TestServer.make().run { caller in
            let empty = try await caller.send(.post, "/v1/surveys", as: .author, #"{"title":{"zh":"空"}}"#)
            let path = "/v1/surveys/\(empty.id)"
            #expect(try await caller.send(.post, path + "/open", as: .author).code == "survey-without-questions")
            #expect(try await caller.send(.post, path + "/close", as: .author).code == "survey-not-open")
            _ = try await caller.send(.put, path, as: .author, ExampleSurvey.body())
            #expect(try await caller.send(.post, path + "/open", as: .author).status == 200)
            for (uri, code) in [("/open", "survey-already-open"), ("", "survey-not-draft")] {
                let answer = try await caller.send(
                    uri.isEmpty ? .put : .post,
                    path + uri,
                    as: .author,
                    uri.isEmpty ? ExampleSurvey.body() : nil
                )
                #expect(answer.status == 409 && answer.code == code)
            }
            #expect(try await caller.send(.post, path + "/close", as: .author).status == 200)
            #expect(try await caller.send(.post, path + "/close", as: .author).code == "survey-closed")
            #expect(try await caller.send(.post, path + "/open", as: .author).status == 409)
        }
    }

    @Test func namesMistakesByPointer() async throws {
        try await TestServer.make().run { caller in
            let body = #"{"title":{"en":"x"},"questions":[{"code":"a","text":{"zh":"?"},"type":"essay"}],"colour":1}"#
            let answer = try await caller.send(.post, "/v1/surveys", as: .author, body)
            #expect(answer.status == 422)
            #expect(
                answer.json["errors"]?.array?.compactMap { $0["pointer"]?.string }
                    == ["/title", "/questions/0/type", "/colour"]
            )
            for scalar in ["[]", "7", "null"] {
                #expect(try await caller.send(.post, "/v1/surveys", as: .author, scalar).status == 422)
            }
            #expect(try await caller.send(.post, "/v1/surveys", as: .author, "{").status == 400)
        }
    }

    @Test func aRepeatedRequestIsTheSame() async throws {
        try await TestServer.make().run { caller in
            let key: HTTPFields = [.idempotencyKey: "survey-1"]
            let first = try await caller.send(.post, "/v1/surveys", as: .author, ExampleSurvey.body(), headers: key)
            let path = "/v1/surveys/\(first.id)"
            let open = try await caller.send(.post, path + "/open", as: .author, headers: key)
            let again = try await caller.send(.post, "/v1/surveys", as: .author, ExampleSurvey.body(), headers: key)
            #expect(again.status == 201 && again.bytes == first.bytes)
            _ = try await caller.send(.post, path + "/close", as: .author)
            let openAgain = try await caller.send(.post, path + "/open", as: .author, headers: key)
            #expect(openAgain.status == 200 && openAgain.bytes == open.bytes)
            let other = try await caller.send(
                .post,
                "/v1/surveys",
                as: .author,
                ExampleSurvey.body(title: "x"),
                headers: key
            )
            #expect(other.status == 422 && other.code == "idempotency-key-reused")
        }
    }

    @Test func showsItOnlyToThoseWhoMaySeeIt() async throws {
        try await TestServer.make().run { caller in
            let general = try await caller.survey(isOpen: false)
            let union = try await caller.survey(organization: "union", isOpen: false)
            let visible: (String, TestServer.Who) async throws -> Bool = { id, who in
                let status = try await caller.send(.get, "/v1/surveys/\(id)", as: who).status
                #expect([200, 404].contains(status))
                return status == 200
            }
            for who in [TestServer.Who.author, .admin, .reviewer] {
                #expect(try await visible(general, who))
            }
            #expect(try await visible(union, .reviewerOfUnion))
            #expect(try await !visible(general, .reviewerOfUnion))
            for who in [TestServer.Who.publishable, .collector, .foreignAdmin] {
                #expect(try await !visible(general, who))
            }
            _ = try await caller.send(.post, "/v1/surveys/\(general)/open", as: .author)
            for who in [TestServer.Who.publishable, .collector] { #expect(try await visible(general, who)) }
            #expect(try await !visible(general, .foreignAdmin))
            _ = try await caller.send(.post, "/v1/surveys/\(general)/close", as: .author)
            #expect(try await visible(general, .collector))
            #expect(try await !visible(general, .publishable))
            #expect(try await caller.send(.get, "/v1/surveys/\(general)", as: .analyst).status == 403)
            #expect(try await caller.send(.get, "/v1/surveys/nonsense", as: .author).status == 404)
            for who in [TestServer.Who.collector, .reviewer, .publishable] {
                #expect(try await caller.send(.post, "/v1/surveys", as: who, ExampleSurvey.body()).status == 403)
            }
            #expect(try await caller.send(.post, "/v1/surveys/\(union)/open", as: .foreignAdmin).status == 404)
            // A message is no survey.
            let message = try await caller.feedback(#"{"text":"a"}"#)
            #expect(try await caller.send(.get, "/v1/surveys/\(message.id)", as: .author).status == 404)
            #expect(try await caller.send(.post, "/v1/surveys/\(message.id)/open", as: .author).status == 404)
        }
    }

    @Test func anAuthorOfOneOrganizationKeepsToItsSurveys() async throws {
        let server = try await TestServer.make()
        let secret = "chorus_sk_authorOfUnion_0123456789abcdef0123456789"
        _ = try await APIKeys(pool: server.operators).create(
            tenant: TestServer.one,
            name: "author of the union",
            scopes: [.author],
            organization: "union",
            secret: secret
        )
        try await server.run { caller in
            let general = try await caller.survey(isOpen: false)
            let union = try await caller.survey(organization: "union", isOpen: false)
            let author: HTTPFields = [.authorization: "Bearer \(secret)"]
            let send: (HTTPRequest.Method, String, String?) async throws -> TestAnswer = { method, uri, body in
                try await caller.send(method, "/v1/surveys" + uri, body, headers: author)
            }
            let refused = try await send(.post, "", ExampleSurvey.body())
            #expect(refused.status == 422 && refused.json["errors"]?[0]?["pointer"]?.string == "/organization")
            #expect(try await send(.post, "", ExampleSurvey.body(organization: "union")).status == 201)
            for (method, uri) in [(HTTPRequest.Method.get, ""), (.put, ""), (.post, "/open"), (.post, "/close")] {
                let body = method == .put ? ExampleSurvey.body(organization: "union") : nil
                #expect(try await send(method, "/\(general)" + uri, body).status == 404)
                #expect(try await send(method, "/\(union)" + uri, body).status == 200)
            }
            #expect(try await send(.put, "/\(general)", ExampleSurvey.body()).status == 404)
        }
    }

    @Test func publishableKeysReadSoManyTimesAMinute() async throws {
        var server = try await TestServer.make()
        server.configuration.surveysPerMinute = 2
        try await server.run { caller in
            let survey = try await caller.survey()
            for expected in [200, 200, 429] {
                let answer = try await caller.send(.get, "/v1/surveys/\(survey)", as: .publishable)
                #expect(answer.status == expected && answer.headers[.rateLimit] != nil)
            }
            #expect(try await caller.send(.get, "/v1/surveys/\(survey)", as: .collector).status == 200)
        }
    }

    @Test func listsThemInTheOrderOfDrafting() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let first = try await caller.survey()
            let second = try await caller.survey(organization: "union", isOpen: false)
            let third = try await caller.survey(organization: "union")
            try await server.project()
            let ids: (TestServer.Who, String) async throws -> [String] = { who, query in
                let answer = try await caller.send(.get, "/v1/surveys" + query, as: who)
                #expect(answer.status == 200, "\(answer.text)")
                return answer.json["surveys"]?.array?.compactMap { $0["id"]?.string } ?? []
            }
            #expect(try await ids(.author, "") == [first, second, third])
            #expect(try await ids(.reviewerOfUnion, "") == [second, third])
            #expect(try await ids(.collector, "") == [first, third])
            #expect(try await ids(.admin, "?status=draft") == [second])
            #expect(try await ids(.foreignAdmin, "") == [])
            let page = try await caller.send(.get, "/v1/surveys?limit=2", as: .author)
            let link = try #require(page.headers[.link]).dropFirst().prefix { $0 != ">" }
            #expect(try await ids(.author, String(link.dropFirst("/v1/surveys".count))) == [third])
            #expect(try await caller.send(.get, String(link), as: .collector).code == "bad-cursor")
            #expect(page.json["surveys"]?[0]?["title"]?["zh"]?.string == "桥")
            #expect(page.json["surveys"]?[0]?["status"]?.string == "open")
        }
    }
}
