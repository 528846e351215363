import Demands
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

@Suite struct PublishTheTaxonomy {
    private let csv: HTTPFields = [.contentType: "text/csv; charset=utf-8"]

    private func pointers(_ answer: TestAnswer) -> [String] {
        (answer.json["errors"]?.array ?? []).map {
            "\($0["pointer"]?.string ?? "-") \($0["code"]?.string ?? "-")"
        }
    }

    @Test func fromAFileVersionAfterVersion() async throws {
        try await TestServer.make().run { caller in
            let file = "level1,level2,keywords,name_en\n住房,维修,漏水,Repairs\n住房,,小区,Housing\n"
            let first = try await caller.send(.post, "/v1/taxonomy", as: .author, file, headers: csv)
            #expect(first.status == 201, "\(first.text)")
            #expect(first.json["version"]?.int == 1)
            #expect(first.json["categories"]?.int == 2)
            #expect(first.headers[.location] == "/v1/taxonomy?version=1")
            let again = try await caller.send(.post, "/v1/taxonomy", as: .admin, file, headers: csv)
            #expect(again.status == 200)
            #expect(again.json["isNew"]?.bool == false)
            #expect(again.position == first.position)
            let second = try await caller.send(.post, "/v1/taxonomy", as: .admin, file + "公园,,,Parks\n", headers: csv)
            #expect(second.status == 201)
            #expect(second.json["version"]?.int == 2)

            let old = try await caller.send(.get, "/v1/taxonomy?version=1", as: .analyst)
            #expect(old.json["version"]?.int == 1)
            #expect(old.json["position"]?.int == first.position)
            #expect(
                old.json["categories"]?.bytes
                    == (try JSONValue.parse(
                        #"""
                        [{"code":"住房","level":1,"names":{"en":"Housing","zh":"住房"},"keywords":["小区"]},
                        {"code":"住房/维修","parent":"住房","level":2,"names":{"en":"Repairs","zh":"维修"},"keywords":["漏水"]}]
                        """#
                    )).bytes
            )
            for reader in [TestServer.Who.admin, .author, .collector, .reviewer, .analyst] {
                let present = try await caller.send(.get, "/v1/taxonomy", as: reader)
                #expect(present.json["version"]?.int == 2)
            }
        }
    }

    @Test func asJSON() async throws {
        try await TestServer.make().run { caller in
            let body =
                #"{"categories":[{"code":"a/b","parent":"a","names":{"en":"B"},"keywords":["x"]},{"code":"a","names":{"en":"A"}}]}"#
            #expect(try await caller.send(.post, "/v1/taxonomy", as: .admin, body).status == 201)
            let read = try await caller.send(.get, "/v1/taxonomy", as: .admin)
            #expect((read.json["categories"]?.array ?? []).map { $0["level"]?.int } == [2, 1])
        }
    }

    @Test func everyMistakeIsNamedAndNothingIsStored() async throws {
        try await TestServer.make().run { caller in
            let file = "level1,level2\nA,B\n,B\nA,B\nA,B,C\nD,E\u{7}\n"
            let refused = try await caller.send(.post, "/v1/taxonomy", as: .admin, file, headers: csv)
            #expect(refused.status == 422)
            #expect(refused.code == "invalid-taxonomy")
            #expect(
                pointers(refused) == [
                    "/lines/3/level1 required", "/lines/4/level2 duplicate", "/lines/5 malformed",
                    "/lines/6/level2 not_allowed",
                ]
            )
            let columns = try await caller.send(.post, "/v1/taxonomy", as: .admin, "level1,kind\nA,b\n", headers: csv)
            #expect(pointers(columns) == ["/lines/1/kind unknown_member"])
            for text in ["", "\n", "level1\n\"A", "level1\n"] {
                let answer = try await caller.send(.post, "/v1/taxonomy", as: .admin, text, headers: csv)
                #expect(answer.status == 422, "\(text.debugDescription): \(answer.text)")
            }
            let body =
                #"{"categories":[{"code":"unclassified","names":{}},{"code":"b","parent":"c","names":{"en":"B"}}]}"#
            let json = try await caller.send(.post, "/v1/taxonomy", as: .admin, body)
            #expect(
                pointers(json) == [
                    "/categories/0/code not_allowed", "/categories/0/names required",
                    "/categories/1/parent not_allowed",
                ]
            )
            let members = try await caller.send(
                .post,
                "/v1/taxonomy",
                as: .admin,
                #"{"categories":[{"names":{"en":1},"kind":"x"}],"more":1}"#
            )
            #expect(
                Set(pointers(members)) == [
                    "/categories/0/code required", "/categories/0/names/en wrong_type",
                    "/categories/0/kind unknown_member", "/more unknown_member",
                ]
            )
            let none = try await caller.send(.post, "/v1/taxonomy", as: .admin, #"{"categories":[]}"#)
            #expect(none.status == 422)
            #expect(try await caller.send(.get, "/v1/taxonomy", as: .admin).status == 404)
        }
    }

    @Test func aTaxonomyMayBeLongerThanOtherBodies() async throws {
        try await TestServer.make().run { caller in
            let word = String(repeating: "x", count: 90)
            let rows = (1...700).map { row in
                "category \(row)," + (1...4).map { "\(word) \(row) \($0)" }.joined(separator: ";") + "\n"
            }
            let file = "level1,keywords\n" + rows.joined()
            #expect(file.utf8.count > RequestBodyLimit.bytes)
            let answer = try await caller.send(.post, "/v1/taxonomy", as: .admin, file, headers: csv)
            #expect(answer.status == 201, "\(answer.text.prefix(300))")
            let read = try await caller.send(.get, "/v1/taxonomy", as: .admin)
            let limits = JSONLimits(maximumBytes: 4_000_000)
            #expect(try JSONValue.parse(read.bytes, limits: limits)["categories"]?.array?.count == 700)
        }
    }

    @Test func otherBodiesAreRefused() async throws {
        try await TestServer.make().run { caller in
            let plain: HTTPFields = [.contentType: "text/plain"]
            #expect(try await caller.send(.post, "/v1/taxonomy", as: .admin, "a", headers: plain).status == 415)
            let latin: HTTPFields = [.contentType: "text/csv; charset=gbk"]
            #expect(try await caller.send(.post, "/v1/taxonomy", as: .admin, "a", headers: latin).status == 415)
            let bytes = try await caller.send(.post, "/v1/taxonomy", as: .admin, bytes: [0xFF, 0xFE], headers: csv)
            #expect(bytes.status == 400)
            let long = "level1\n" + String(repeating: "a", count: TaxonomyBody.maximumBytes)
            #expect(try await caller.send(.post, "/v1/taxonomy", as: .admin, long, headers: csv).status == 413)
            let tag = try await caller.send(.post, "/v1/taxonomy?language=a%20b", as: .admin, "level1\nA", headers: csv)
            #expect(tag.status == 400)
            #expect(try await caller.send(.get, "/v1/taxonomy?version=0", as: .admin).status == 400)
        }
    }

    @Test func onlyAuthorsPublishAndTheirOwnTenantOnly() async throws {
        try await TestServer.make().run { caller in
            for who in [TestServer.Who.collector, .reviewer, .analyst, .publishable] {
                let answer = try await caller.send(.post, "/v1/taxonomy", as: who, "level1\nA\n", headers: csv)
                #expect(answer.status == 403)
            }
            #expect(try await caller.send(.get, "/v1/taxonomy", as: .publishable).status == 403)
            #expect(try await caller.send(.post, "/v1/taxonomy", as: .admin, "level1\nA\n", headers: csv).status == 201)
            #expect(try await caller.send(.get, "/v1/taxonomy", as: .foreignAdmin).status == 404)
        }
    }

    @Test func messagesGetACategoryFromTheirWordsUnlessOneIsGiven() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let file = "level1,level2,keywords\n住房,维修,漏水\n住房,物业,电梯\n"
            let before = try await caller.feedback(#"{"text":"漏水了"}"#)
            #expect(try await caller.send(.post, "/v1/taxonomy", as: .admin, file, headers: csv).status == 201)
            let words = try await caller.feedback(#"{"text":"三楼一直漏水"}"#)
            let subject = try await caller.feedback(#"{"text":"无关","subject":"电梯"}"#)
            let both = try await caller.feedback(#"{"text":"漏水，电梯也坏了"}"#)
            let given = try await caller.feedback(#"{"text":"三楼一直漏水","category":"别处"}"#)
            let none = try await caller.feedback(#"{"text":"你好"}"#)
            let foreign = try await caller.feedback(#"{"text":"三楼一直漏水"}"#, as: .foreignCollector)
            var found: [String] = []
            for sent in [before, words, subject, both, given, none] {
                let record = try await caller.send(.get, "/v1/feedback/\(sent.id)", as: .admin)
                found.append(record.json["demands"]?[0]?["category"]?.string ?? "?")
            }
            #expect(found == ["unclassified", "住房/维修", "住房/物业", "住房", "别处", "unclassified"])
            let other = try await caller.send(.get, "/v1/feedback/\(foreign.id)", as: .foreignAdmin)
            #expect(other.json["demands"]?[0]?["category"]?.string == "unclassified")
            let methods = try await server.operators.query(
                "SELECT body ->> 'method' FROM log.events WHERE type = 'DemandCategorised' ORDER BY tenant_id, position"
            ).map { try $0.decode(0, as: String.self) }
            #expect(methods == ["keywords", "keywords", "keywords", "given"])
        }
    }

    @Test func theMatcherOfAVersionIsMadeOnce() async throws {
        let matchers = KeywordMatchers()
        let one = TaxonomyPublished(version: 1, categories: [Category(code: "a", names: ["en": "noise"])])
        let two = TaxonomyPublished(version: 2, categories: [Category(code: "b", names: ["en": "noise"])])
        let tenant = TestServer.one
        #expect(matchers.matcher(of: Taxonomy.initialState, tenant: tenant) == nil)
        #expect(
            matchers.matcher(of: Taxonomy.state(after: [one]), tenant: tenant)?.category(of: ["noise"])?.code == "a"
        )
        let next = matchers.matcher(of: Taxonomy.state(after: [one, two]), tenant: tenant)?.category(of: ["noise"])
        #expect(next == GivenCategory(code: "b", method: .keywords, methodVersion: 2))
    }
}
