import EventLog
import Foundation
import HTTPTypes
import Postgres
import Projectors
import Testing

@testable import ChorusHTTP

/// Demands are gathered into topics, and reviewers make of them what is right.
@Suite struct GatherTopics {
    private static let wordings = [
        "The mixing plant beside our estate makes noise all night",
        "The mixing plant beside our estate is noisy all night",
        "The mixing plant beside our estate makes noise at night",
    ]

    /// Six people about a mixing plant, one of them twice with the same words; two about a bus.
    private func fill(_ server: TestServer, _ caller: TestCaller) async throws -> (plant: [TestAnswer], bus: TestAnswer)
    {
        var plant: [TestAnswer] = []
        for number in 0..<7 {
            let text = number == 6 ? Self.wordings[0] : Self.wordings[number % 3]
            plant.append(
                try await caller.feedback(
                    #"{"text":"\#(text)","source":"s","personRef":"p\#(number % 6)","reportedSupport":3}"#
                )
            )
        }
        let words = "The bus to the harbour leaves too early"
        _ = try await caller.feedback(#"{"text":"\#(words)","source":"s","personRef":"q"}"#)
        let bus = try await caller.feedback(#"{"text":"\#(words)","source":"s","personRef":"r"}"#)
        try await server.refine()
        return (plant, bus)
    }

    private func topics(_ caller: TestCaller) async throws -> [JSONRow] {
        let answer = try await caller.send(.get, "/v1/topics?order=people", as: .reviewer)
        #expect(answer.status == 200, "\(answer.text)")
        return (answer.json["topics"]?.array ?? []).map { row in
            JSONRow(
                topic: row["topic"]?.string ?? "",
                demands: row["demands"]?.int ?? 0,
                people: row["people"]?.int ?? 0,
                wordings: row["wordings"]?.int ?? 0
            )
        }
    }

    private struct JSONRow: Equatable {
        let topic: String
        let demands: Int
        let people: Int
        let wordings: Int
    }

    @Test func fromMessagesToATopicThatEverybodySees() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await fill(server, caller)
            let found = try await topics(caller)
            #expect(found.count == 2, "\(found)")
            let plant = try #require(found.first)
            // Whoever spoke twice counts once, and the same words are one wording.
            #expect(plant.demands == 7 && plant.people == 6 && plant.wordings < 7)

            let shown = try await caller.send(.get, "/v1/topics/\(plant.topic)", as: .reviewer)
            #expect(shown.json["demandsShown"]?.array?.count == 7, "\(shown.text)")
            #expect(shown.json["demandsShown"]?[0]?["id"]?.string == "\(sent.plant[0].id).1")
            #expect(!shown.text.contains("person"))
            let last = shown.json["demandsShown"]?[6]
            #expect(last?["sameWordingAs"]?.int == shown.json["demandsShown"]?[0]?["openedPosition"]?.int)

            // Named, approved, released: then everybody sees the title, and nobody's words.
            let uri = "/v1/topics/\(plant.topic)/title"
            let named = try await caller.send(.post, uri, as: .reviewer, #"{"title":"Mixing plant"}"#)
            #expect(named.status == 200, "\(named.text)")
            try await server.release(1)
            let before = try await caller.send(.get, "/v1/topics/published", as: .publishable)
            #expect(before.status == 200 && before.json["topics"]?.array?.isEmpty == true, "\(before.text)")
            _ = try await caller.send(.post, uri, as: .reviewer, #"{"title":"Mixing plant","approve":true}"#)
            try await server.project()
            let after = try await caller.send(.get, "/v1/topics/published", as: .publishable)
            #expect(after.json["topics"]?[0]?["title"]?.string == "Mixing plant", "\(after.text)")
            #expect(after.json["topics"]?[0]?["people"]?.int == 6)
            #expect(!after.text.contains("night"))

            // Supported instead of said again: once for a person, whoever spoke already is none of the supporters.
            let support = "/v1/topics/\(plant.topic)/support"
            for person in ["x", "x", "y", "p1"] {
                let given = try await caller.send(
                    .post,
                    support,
                    as: .collector,
                    #"{"source":"s","personRef":"\#(person)"}"#
                )
                #expect(given.status == 200, "\(given.text)")
            }
            let key: HTTPFields = [.idempotencyKey: "3d4f2bb8-64d5-4ffb-a17f-8a3f0d6f3c11"]
            for _ in 0..<2 {
                let given = try await caller.send(.post, support, as: .publishable, "{}", headers: key)
                #expect(given.status == 200, "\(given.text)")
            }
            for (body, pointer) in [("{}", "/personRef"), (#"{"personRef":"a"}"#, "/source")] {
                let refused = try await caller.send(.post, support, as: .collector, body)
                #expect(refused.status == 422 && refused.json["errors"]?[0]?["pointer"]?.string == pointer)
            }
            let hidden = try await caller.send(
                .post,
                "/v1/topics/\(found[1].topic)/support",
                as: .collector,
                #"{"source":"s","personRef":"x"}"#
            )
            #expect(hidden.status == 404)
            // A demand in the same batch counts the topic anew a second time, and nobody twice.
            _ = try await caller.feedback(#"{"text":"\#(Self.wordings[0])","source":"s","personRef":"p0"}"#)
            try await server.refine()
            let supported = try await caller.send(.get, "/v1/topics?order=people", as: .reviewer)
            #expect(supported.json["topics"]?[0]?["supporters"]?.int == 3, "\(supported.text)")
            #expect(supported.json["topics"]?[0]?["people"]?.int == 6)
            #expect(supported.json["topics"]?[0]?["demands"]?.int == 8)
        }
    }

    /// Six people who spoke just now, and 21 likes: 6 + 0.5 log2(22).
    @Test func heatIsTheSameForTheDoorAndForSQL() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            _ = try await fill(server, caller)
            let listed = try await caller.send(.get, "/v1/topics", as: .reviewer)
            let heat = try #require(listed.json["topics"]?[0]?["heat"]?.double)
            // Some seconds pass meanwhile; a minute takes less than 0.0002 away.
            #expect(abs(heat - 8.2297) < 0.002, "\(listed.text)")
            #expect(listed.json["topics"]?[1]?["heat"]?.isNull == true)
            let (sum, people, support) = try await server.operators.withTransaction { connection in
                let login = TenantCreation.login(tenant: "one", audience: "reviewer")
                try await connection.run(script: "SET LOCAL ROLE \(identifier: login)")
                let rows = try await connection.query(
                    """
                    SELECT t.heat::float8, t.people_heat::float8, t.support_heat::float8
                    FROM review.topics AS t
                    ORDER BY t.heat DESC NULLS LAST
                    """
                )
                return try #require(try rows.first?.decode((Double, Double, Double).self))
            }
            #expect(abs(people - 6) < 0.002 && abs(support - 2.2297) < 0.002)
            #expect(abs(sum - people - support) < 1e-9 && abs(sum - heat) < 0.001)
        }
    }

    @Test func tellsWhereItsDemandsComeFromAndWhetherItGrows() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for (registry, entry) in [
                ("places", #"{"code":"east","names":{"en":"East Estate"},"aliases":["the estate"]}"#),
                (
                    "groups",
                    #"{"code":"drivers","names":{"en":"Bus drivers"},"ties":["occupation"],"aliases":["driver"]}"#
                ),
            ] {
                let answer = try await caller.send(.post, "/v1/\(registry)", as: .admin, entry)
                #expect(answer.status == 201, "\(answer.text)")
            }
            // Four names of two places, one of them corrected later; a group named twice in one message.
            let coordinates = [
                #""place":"the estate","groups":[{"name":"driver"},{"name":"Bus drivers"}],"personRef":"a""#,
                #""place":"EAST estate","groups":[{"name":"Anglers"}],"personRef":"b""#,
                #""place":"North End","groups":[{"name":"bus drivers"}],"personRef":"a""#,
                #""place":"north end","personRef":"c""#, #""place":"West","personRef":"d""#, #""place":"South""#,
                #""place":"Middle""#,
            ]
            var sent: [TestAnswer] = []
            for (number, more) in coordinates.enumerated() {
                let source = number < 5 ? #","source":"s""# : ""
                sent.append(try await caller.feedback(#"{"text":"\#(Self.wordings[0])",\#(more)\#(source)}"#))
            }
            let corrected = try await caller.send(
                .post,
                "/v1/demands/\(sent[4].id).1/place",
                as: .reviewer,
                #"{"place":"East Estate"}"#
            )
            #expect(corrected.status == 200, "\(corrected.text)")
            try await server.refine()
            // The last three spoke forty days ago, the first sixty.
            try await server.operators.withTransaction { connection in
                _ = try await Generations.enterLive("topics", tenant: TestServer.one, on: connection)
                for (days, messages) in [(40, [sent[4], sent[5], sent[6]]), (60, [sent[0]])] {
                    try await connection.execute(
                        """
                        UPDATE messages
                        SET occurred_at = now() - make_interval(days => \(Int32(days)))
                        WHERE tenant_id = 1
                            AND message_id = ANY (\(messages.compactMap { UUID(uuidString: $0.id) }))
                        """
                    )
                }
            }
            let answer = try await caller.send(.get, "/v1/topics", as: .reviewer)
            #expect(answer.status == 200 && answer.json["topics"]?.array?.count == 1, "\(answer.text)")
            let topic = try #require(answer.json["topics"]?[0])
            func names(_ field: String) -> [String] {
                (topic[field]?.array ?? []).map { name in
                    "\(name["name"]?.string ?? "") \(name["code"]?.string ?? "-") \(name["demands"]?.int ?? 0)"
                }
            }
            #expect(names("places") == ["East Estate east 3", "North End - 2", "Middle - 1"])
            #expect(names("groups") == ["Bus drivers drivers 2", "Anglers - 1"])
            // Lately a, b and c; before that d, and two whom nobody knows.
            #expect(topic["peopleLast4Weeks"]?.int == 3 && topic["people4WeeksBefore"]?.int == 3, "\(answer.text)")
            let one = try await caller.send(.get, "/v1/topics/\(topic["topic"]?.string ?? "")", as: .reviewer)
            #expect(one.json["places"] == topic["places"] && one.json["groups"] == topic["groups"])

            // The view says the same, and a name that is registered later counts at once.
            let renamed = try await caller.send(
                .put,
                "/v1/places/north",
                as: .admin,
                #"{"names":{"en":"North"},"aliases":["North End"]}"#
            )
            #expect((200...201).contains(renamed.status), "\(renamed.text)")
            try await server.project()
            let row = try await server.operators.withTransaction { connection in
                let login = TenantCreation.login(tenant: "one", audience: "reviewer")
                try await connection.run(script: "SET LOCAL ROLE \(identifier: login)")
                let rows = try await connection.query(
                    """
                    SELECT
                        t.places ->> 1, t.groups -> 0 ->> 'name', t.people_last_4_weeks, t.people_4_weeks_before,
                        (SELECT count(*) FROM review.topic_demands AS d WHERE d.place = 'East Estate')
                    FROM review.topics AS t
                    """
                )
                return try #require(try rows.first?.decode((String, String, Int32, Int32, Int64).self))
            }
            #expect(row.0 == #"{"name" : "North", "code" : "north", "demands" : 2}"#)
            #expect(row.1 == "Bus drivers" && row.2 == 3 && row.3 == 3 && row.4 == 1)
        }
    }

    @Test func mergesSplitsMovesAndTakesItBack() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await fill(server, caller)
            let found = try await topics(caller)
            let (plant, bus) = (found[0].topic, found[1].topic)

            let merged = try await caller.send(
                .post,
                "/v1/topics/\(plant)/merge",
                as: .reviewer,
                #"{"from":["\#(bus)"]}"#
            )
            #expect(merged.status == 200, "\(merged.text)")
            try await server.project()
            #expect(try await topics(caller).map(\.demands) == [9])
            #expect(try await topics(caller).map(\.people) == [8])
            let ended = try await caller.send(.post, "/v1/topics/\(bus)/title", as: .reviewer, #"{"title":"Bus"}"#)
            #expect(ended.status == 409 && ended.code == "topic-ended", "\(ended.text)")

            let undone = try await caller.send(
                .post,
                "/v1/topics/operations/\(merged.json["operation"]?.int ?? 0)/undo",
                as: .reviewer,
                "{}"
            )
            #expect(undone.status == 200, "\(undone.text)")
            try await server.project()
            #expect(try await topics(caller) == found)

            let split = try await caller.send(
                .post,
                "/v1/topics/\(plant)/split",
                as: .reviewer,
                #"{"demands":["\#(sent.plant[1].id).1","\#(sent.plant[2].id).1"]}"#
            )
            #expect(split.status == 200, "\(split.text)")
            let part = "s\(split.json["operation"]?.int ?? 0)"
            try await server.project()
            #expect(try await topics(caller).first { $0.topic == part }?.demands == 2)

            let moved = try await caller.send(
                .post,
                "/v1/demands/\(sent.bus.id).1/topic",
                as: .reviewer,
                #"{"topic":"\#(part)"}"#
            )
            #expect(moved.status == 200, "\(moved.text)")
            try await server.project()
            #expect(try await topics(caller).first { $0.topic == part }?.demands == 3)
            let stands = try await caller.send(
                .post,
                "/v1/topics/operations/\(split.json["operation"]?.int ?? 0)/undo",
                as: .reviewer,
                "{}"
            )
            #expect(stands.status == 409 && stands.code == "later-operations", "\(stands.text)")
            // Read again from the beginning, nothing is found twice and nothing is taken back.
            let head = try await server.services.store.head(of: TestServer.one)
            try await server.operators.execute("UPDATE projections.process_checkpoints SET position = 0")
            try await server.refine()
            let after = try await server.services.store.head(of: TestServer.one)
            #expect(after == head)
            #expect(try await topics(caller).first { $0.topic == part }?.demands == 3)
        }
    }

    @Test func refusesWhatCannotBe() async throws {
        let requests: [(String, String, Int, String)] = [
            ("/v1/topics/t9/title", #"{"title":"a"}"#, 422, "unknown-topic"),
            ("/v1/topics/x/title", "{}", 404, "not-found"),
            ("/v1/topics/t1/title", "{}", 422, "invalid-fields"),
            ("/v1/topics/t1/merge", #"{"from":["x"]}"#, 422, "invalid-fields"),
            ("/v1/topics/t1/merge", #"{"from":[]}"#, 422, "unknown-topic"),
            ("/v1/topics/t1/split", #"{"demands":["x"]}"#, 422, "invalid-fields"),
            ("/v1/topics/operations/1/undo", "{}", 422, "unknown-operation"),
            ("/v1/topics/operations/x/undo", "{}", 404, "not-found"),
        ]
        try await TestServer.make().run { caller in
            for (uri, body, status, code) in requests {
                let answer = try await caller.send(.post, uri, as: .admin, body)
                #expect(answer.status == status && answer.code == code, "\(uri) \(body): \(answer.text)")
            }
        }
    }

    /// The words of every demand of every topic, by the demand's id.
    private func wordings(_ caller: TestCaller) async throws -> [String: String?] {
        var found: [String: String?] = [:]
        for topic in try await topics(caller) {
            let shown = try await caller.send(.get, "/v1/topics/\(topic.topic)", as: .reviewer)
            for demand in shown.json["demandsShown"]?.array ?? [] {
                found[demand["id"]?.string ?? ""] = .some(demand["text"]?.string)
            }
        }
        return found
    }

    @Test func showsADividedDemandByItsOwnWords() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await caller.feedback(#"{"text":"Fix the lamps and mow the park","subject":"Two wishes"}"#)
            try await server.refine()
            // The control: as it came.
            #expect(try await wordings(caller) == ["\(sent.id).1": "Fix the lamps and mow the park"])
            let divided = try await caller.send(
                .post,
                "/v1/demands/\(sent.id).1/divide",
                as: .reviewer,
                #"{"parts":[{"spans":[{"from":0,"to":13}]},{"spans":[{"from":18,"to":30}]}]}"#
            )
            #expect(divided.status == 200, "\(divided.text)")
            try await server.refine()
            #expect(
                try await wordings(caller) == ["\(sent.id).1": "Fix the lamps", "\(sent.id).2": "mow the park"]
            )
            let listed = try await caller.send(.get, "/v1/demands", as: .reviewer)
            let texts = (listed.json["demands"]?.array ?? []).map { $0["text"]?.string }
            #expect(texts == ["Fix the lamps", "mow the park"])
        }
    }

    @Test func showsAnAnswerOfASurveyAsItWasGiven() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let survey = try await caller.send(
                .post,
                "/v1/surveys",
                as: .author,
                """
                {"title":{"en":"Bridge"},"language":"en","questions":[
                    {"code":"name","text":{"en":"Which bridge?"},"type":"text"},
                    {"code":"wish","text":{"en":"What is missing?"},"type":"text","collectsDemands":{"kind":"request"}},
                    {"code":"more","text":{"en":"What else?"},"type":"text","collectsDemands":{"kind":"request"}}]}
                """
            )
            let opened = try await caller.send(.post, "/v1/surveys/\(survey.id)/open", as: .author)
            #expect(opened.status == 200, "\(opened.text)")
            let sent = try await caller.respond(
                survey.id,
                #"{"answers":{"name":"the old one","wish":"benches in the shade","more":"a lane for bicycles"}}"#
            )
            #expect(sent.status == 201, "\(sent.text)")
            try await server.refine()
            #expect(
                try await wordings(caller)
                    == ["\(sent.id).1": "benches in the shade", "\(sent.id).2": "a lane for bicycles"]
            )
        }
    }

    /// What the topics' views say, byte for byte but for what falls with time.
    private func shown(_ server: TestServer) async throws -> [String] {
        try await server.operators.withTransaction { connection in
            let login = TenantCreation.login(tenant: "one", audience: "reviewer")
            try await connection.run(script: "SET LOCAL ROLE \(identifier: login)")
            let rows = try await connection.query(
                """
                SELECT (to_jsonb(t) - ARRAY['heat', 'people_heat', 'support_heat', 'log_position'])::text
                FROM review.topics AS t
                UNION ALL
                SELECT (to_jsonb(d) - 'log_position')::text FROM review.topic_demands AS d
                UNION ALL
                SELECT (to_jsonb(o) - 'log_position')::text FROM review.topic_operations AS o
                ORDER BY 1
                """
            )
            return try rows.map { try $0.decode(String.self) }
        }
    }

    @Test func theSameTopicsAfterARebuildAlsoWhenWordsWereForgotten() async throws {
        let server = try await TestServer.make()
        let restarted = try server.node()
        try await server.run { caller in
            let sent = try await fill(server, caller)
            let (plant, bus) = (try await topics(caller)[0].topic, try await topics(caller)[1].topic)
            let split = try await caller.send(
                .post,
                "/v1/topics/\(plant)/split",
                as: .reviewer,
                #"{"demands":["\#(sent.plant[1].id).1"]}"#
            )
            #expect(split.status == 200, "\(split.text)")
            let named = try await caller.send(.post, "/v1/topics/\(bus)/title", as: .reviewer, #"{"title":"Bus"}"#)
            #expect(named.status == 200, "\(named.text)")
            try await server.refine()
            let before = try await shown(server)
            #expect(before.count > 12)

            // The words that founded both topics go, and those of a demand in the middle.
            for message in [sent.plant[0].id, sent.plant[3].id, sent.bus.id] { try await server.forget(message) }
            try await server.refine()
            let forgotten = try await shown(server)
            #expect(forgotten == before, "\(Set(forgotten).symmetricDifference(before))")
            let pool = PostgresPool(try PostgresConfiguration(connectionString: server.connectionString), size: 6)
            let rebuild = Rebuild(pool: pool, files: try SchemaFiles.find(), logger: server.log.logger())
            let projectors = AllProjectors.make().filter { $0.name == "topics" }
            let outcomes = try await rebuild.run(projectors, Rebuild.Options())
            await pool.close()
            #expect(outcomes.map(\.differences) == [[:]])
            #expect(try await shown(server) == forgotten)

            // A finder that starts anew, without those words, says nothing again; it goes on where the other one was.
            let links: SQL = "SELECT count(*) FROM log.events WHERE type IN ('DemandLinked', 'TopicsJoined')"
            let said = try await server.operators.query(links).first?.decode(0, as: Int.self)
            _ = try await caller.feedback(#"{"text":"\#(Self.wordings[1])","source":"s","personRef":"late"}"#)
            while try await restarted.processes.round() {}
            try await server.project()
            #expect(try await server.operators.query(links).first?.decode(0, as: Int.self) == said.map { $0 + 1 })
            #expect(try await topics(caller).first { $0.topic == plant }?.demands == 7)
        }
        await restarted.pool.close()
        await restarted.operators.close()
    }

    /// Further away than a double's powers of two go by thirty days.
    @Test func messagesOfLongAgoCount() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for person in 0..<6 {
                _ = try await caller.feedback(
                    #"{"text":"\#(Self.wordings[0])","source":"s","personRef":"\#(person)","occurredAt":"1901-0\#(person + 1)-01T00:00:00Z"}"#
                )
            }
            try await server.refine()
            let topic = try await caller.send(.get, "/v1/topics", as: .reviewer).json["topics"]?[0]
            #expect(topic?["people"]?.int == 6 && topic?["heat"]?.double == 0)
        }
    }

    @Test func aReviewerOfOneOrganizationSeesItsOwnDemandsOnly() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            for organization in ["union", "school", "union"] {
                _ = try await caller.feedback(
                    #"{"text":"The mixing plant beside our estate makes noise","organization":"\#(organization)"}"#
                )
            }
            try await server.refine()
            let list = try await caller.send(.get, "/v1/topics", as: .reviewerOfUnion)
            #expect(list.status == 403 && list.code == "whole-tenant-only")
            let topic = try await topics(caller).first?.topic ?? ""
            let own = try await caller.send(.get, "/v1/topics/\(topic)", as: .reviewerOfUnion)
            #expect(own.json["demandsShown"]?.array?.count == 2 && own.json["people"] == nil, "\(own.text)")
        }
    }
}
