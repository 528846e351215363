import Demands
import EventLog
import EventSourcing
import Foundation
import HTTPTypes
import Postgres
import Testing

@testable import ChorusHTTP

/// No door shows another tenant's row: every route and every view, tried with another tenant's keys and logins.
///
/// Both tenants say the same things, each with a word of its own in every name and text.
@Suite struct KeepTenantsApart {
    private static let mine = "qzx"
    private static let theirs = "vwk"

    /// What a tenant has, by id.
    private struct Content: Sendable {
        var topic = ""
        var brief = ""
        var feedback = ""
        var trackingCode = ""
        var survey = ""
        var draft = ""
    }

    /// A request that names something of the first tenant; the answer that whoever must not know of it gets.
    private struct Probe: Sendable {
        let uri: String
        var body: String?
        var type = "application/json"
        /// 404 for whatever the address names; routes that read or write one's own answer otherwise.
        var expected: Set<Int> = [404]
    }

    private static func probes(_ content: Content) -> [String: Probe] {
        let demand = "/v1/demands/\(content.feedback).1"
        let survey = "/v1/surveys/\(content.survey)"
        let brief = "/v1/briefs/\(content.brief)"
        let own: Set<Int> = [200, 201]
        var probes: [String: Probe] = [
            "POST /v1/feedback": Probe(uri: "/v1/feedback", body: #"{"text":"a"}"#, expected: own),
            "POST /v1/feedback/bulk": Probe(
                uri: "/v1/feedback/bulk",
                body: #"{"text":"a"}"#,
                type: "application/x-ndjson",
                expected: own
            ),
            "GET /v1/feedback": Probe(uri: "/v1/feedback?source=s&externalId=1"),
            "GET /v1/feedback/{id}": Probe(uri: "/v1/feedback/\(content.feedback)"),
            "GET /v1/demands": Probe(uri: "/v1/demands", expected: own),
            "GET /v1/demands/{id}": Probe(uri: demand),
            "POST /v1/demands/{id}/category": Probe(uri: demand + "/category", body: #"{"category":"unclassified"}"#),
            "POST /v1/demands/{id}/kind": Probe(uri: demand + "/kind", body: #"{"kind":"praise"}"#),
            "POST /v1/demands/{id}/group": Probe(uri: demand + "/group", body: #"{"groups":[]}"#),
            "POST /v1/demands/{id}/place": Probe(uri: demand + "/place", body: #"{"place":"a"}"#),
            "POST /v1/demands/{id}/divide": Probe(
                uri: demand + "/divide",
                body: #"{"parts":[{"spans":[{"from":0,"to":1}]},{"spans":[{"from":1,"to":2}]}]}"#
            ),
            "POST /v1/demands/{id}/rejoin": Probe(uri: demand + "/rejoin", body: "{}"),
            "POST /v1/demands/{id}/route": Probe(uri: demand + "/route", body: #"{"responsible":"qzx-organization"}"#),
            "POST /v1/demands/{id}/decline": Probe(uri: demand + "/decline", body: #"{"reason":"a"}"#),
            "POST /v1/demands/{id}/against": Probe(uri: demand + "/against", body: #"{"organization":"own"}"#),
            "POST /v1/demands/{id}/urgency": Probe(uri: demand + "/urgency", body: #"{"urgent":true}"#),
            "POST /v1/demands/{id}/claim": Probe(uri: demand + "/claim", body: "{}"),
            "POST /v1/demands/{id}/unclaim": Probe(uri: demand + "/unclaim", body: "{}"),
            "POST /v1/demands/{id}/accept": Probe(uri: demand + "/accept", body: "{}"),
            "POST /v1/demands/{id}/start": Probe(uri: demand + "/start", body: "{}"),
            "POST /v1/demands/{id}/reply": Probe(uri: demand + "/reply", body: #"{"text":"a"}"#),
            "POST /v1/demands/{id}/close": Probe(uri: demand + "/close", body: "{}"),
            "POST /v1/demands/{id}/refuse": Probe(uri: demand + "/refuse", body: #"{"reason":"a"}"#),
            "POST /v1/demands/{id}/duplicate": Probe(
                uri: demand + "/duplicate",
                body: ##"{"of":"\##(content.feedback).1"}"##,
                expected: [422]
            ),
            "POST /v1/demands/{id}/reopen": Probe(uri: demand + "/reopen", body: "{}"),
            "POST /v1/demands/{id}/escalate": Probe(uri: demand + "/escalate", body: "{}"),
            "POST /v1/demands/{id}/mask": Probe(uri: demand + "/mask", body: #"{"spans":[]}"#),
            "POST /v1/replies": Probe(
                uri: "/v1/replies",
                body: #"{"demands":["\#(content.feedback).1"],"text":"a"}"#,
                expected: own
            ),
            "POST /v1/topics/{topic}/reply": Probe(uri: "/v1/topics/\(content.topic)/reply", body: #"{"text":"a"}"#),
            "GET /v1/inbox": Probe(uri: "/v1/inbox?phase=all", expected: own),
            "GET /v1/routing": Probe(uri: "/v1/routing"),
            "POST /v1/routing": Probe(
                uri: "/v1/routing",
                body: #"{"routes":[{"responsible":"qzx-organization"}]}"#,
                expected: [422]
            ),
            "GET /v1/feedback/changes": Probe(uri: "/v1/feedback/changes", expected: own),
            "POST /v1/feedback/{id}/judgement": Probe(
                uri: "/v1/feedback/\(content.feedback)/judgement",
                body: #"{"isSolved":true}"#
            ),
            "POST /v1/feedback/{id}/reopen": Probe(uri: "/v1/feedback/\(content.feedback)/reopen", body: "{}"),
            "POST /v1/demands/labels": Probe(
                uri: "/v1/demands/labels",
                body: #"{"demand":"\#(content.feedback).1","kind":"praise"}"#,
                type: "application/x-ndjson",
                expected: own
            ),
            "GET /v1/aggregates": Probe(uri: "/v1/aggregates", expected: own),
            "GET /v1/aggregates/{view}": Probe(uri: "/v1/aggregates/demand_board", expected: own),
            "POST /v1/surveys": Probe(
                uri: "/v1/surveys",
                body: #"{"title":{"en":"a"},"language":"en","questions":[]}"#,
                expected: own
            ),
            "GET /v1/surveys": Probe(uri: "/v1/surveys", expected: own),
            "GET /v1/surveys/{id}": Probe(uri: survey),
            "PUT /v1/surveys/{id}": Probe(
                uri: "/v1/surveys/\(content.draft)",
                body: #"{"title":{"en":"a"},"language":"en","questions":[]}"#
            ),
            "POST /v1/surveys/{id}/open": Probe(uri: "/v1/surveys/\(content.draft)/open"),
            "POST /v1/surveys/{id}/close": Probe(uri: survey + "/close"),
            "POST /v1/surveys/{id}/responses": Probe(uri: survey + "/responses", body: #"{"answers":{"q":"a"}}"#),
            "POST /v1/surveys/{id}/responses/bulk": Probe(
                uri: survey + "/responses/bulk",
                body: #"{"answers":{"q":"a"}}"#,
                type: "application/x-ndjson"
            ),
            "GET /v1/demands/{id}/explanation": Probe(uri: demand + "/explanation"),
            "GET /v1/models": Probe(uri: "/v1/models", expected: own),
            "POST /v1/models": Probe(uri: "/v1/models", body: #"{"target":"category"}"#, expected: [409]),
            "POST /v1/models/{number}/activate": Probe(uri: "/v1/models/1/activate", body: #"{"threshold":0.5}"#),
            "POST /v1/models/{number}/attempt": Probe(uri: "/v1/models/1/attempt", body: #"{"threshold":0.5}"#),
            "POST /v1/models/{number}/deactivate": Probe(uri: "/v1/models/1/deactivate", body: "{}"),
            "GET /v1/topics": Probe(uri: "/v1/topics", expected: own),
            "GET /v1/topics/published": Probe(uri: "/v1/topics/published", expected: own),
            "GET /v1/topics/{topic}": Probe(uri: "/v1/topics/\(content.topic)"),
            "POST /v1/topics/{topic}/merge": Probe(
                uri: "/v1/topics/\(content.topic)/merge",
                body: #"{"from":["t1"]}"#,
                expected: [422]
            ),
            "POST /v1/topics/{topic}/split": Probe(
                uri: "/v1/topics/\(content.topic)/split",
                body: #"{"demands":["\#(content.feedback).1"]}"#,
                expected: [422]
            ),
            "POST /v1/topics/{topic}/title": Probe(
                uri: "/v1/topics/\(content.topic)/title",
                body: #"{"title":"a"}"#,
                expected: [422]
            ),
            "POST /v1/topics/{topic}/support": Probe(
                uri: "/v1/topics/\(content.topic)/support",
                body: #"{"source":"s","personRef":"p"}"#
            ),
            "POST /v1/topics/operations/{number}/undo": Probe(
                uri: "/v1/topics/operations/1/undo",
                body: "{}",
                expected: [422]
            ),
            "POST /v1/briefs": Probe(
                uri: "/v1/briefs",
                body: #"{"organization":"o","title":"a","text":"b","topics":["\#(content.topic)"]}"#,
                expected: [422]
            ),
            "GET /v1/briefs": Probe(uri: "/v1/briefs", expected: own),
            "GET /v1/briefs/{brief}": Probe(uri: brief),
            "POST /v1/briefs/{brief}/wording": Probe(uri: brief + "/wording", body: #"{"title":"a"}"#),
            "POST /v1/briefs/{brief}/ask": Probe(uri: brief + "/ask"),
            "POST /v1/briefs/{brief}/deliver": Probe(uri: brief + "/deliver", body: #"{"to":"a"}"#),
            "POST /v1/briefs/{brief}/outcome": Probe(uri: brief + "/outcome", body: #"{"outcome":"adopted"}"#),
            "POST /v1/briefs/{brief}/drop": Probe(uri: brief + "/drop", body: #"{"reason":"a"}"#),
            "POST /v1/demands/{id}/topic": Probe(uri: demand + "/topic", body: #"{"topic":"\#(content.topic)"}"#),
            "POST /v1/taxonomy": Probe(uri: "/v1/taxonomy", body: "level1\nother\n", type: "text/csv", expected: own),
            "GET /v1/taxonomy": Probe(uri: "/v1/taxonomy"),
            "GET /v1/log/head": Probe(uri: "/v1/log/head", expected: own),
            "POST /v1/groups/{code}/names": Probe(uri: "/v1/groups/qzx-group/names", body: #"{"name":"a"}"#),
            "POST /v1/groups/{code}/merge": Probe(uri: "/v1/groups/qzx-group/merge", body: #"{"into":"own"}"#),
            "POST /v1/channels/{code}/retire": Probe(uri: "/v1/channels/qzx-box/retire"),
        ]
        for registry in ["organizations", "groups", "places", "channels"] {
            let entry =
                registry == "groups"
                ? #"{"code":"own","names":{"en":"own"},"ties":["other"]}"#
                : #"{"code":"own","names":{"en":"own"}}"#
            let code = "qzx-" + (registry == "channels" ? "box" : String(registry.dropLast()))
            probes["POST /v1/\(registry)"] = Probe(uri: "/v1/\(registry)", body: entry, expected: own)
            probes["GET /v1/\(registry)"] = Probe(uri: "/v1/\(registry)", expected: own)
            probes["GET /v1/\(registry)/{code}"] = Probe(uri: "/v1/\(registry)/\(code)")
            probes["PUT /v1/\(registry)/{code}"] = Probe(uri: "/v1/\(registry)/own", body: entry, expected: own)
        }
        return probes
    }

    /// Routes that know no tenant, or know it by the tracking code alone.
    private static let open: Set<String> = [
        "GET /livez", "GET /readyz", "GET /openapi.yaml", "GET /v1/track", "POST /v1/track/addition",
        "POST /v1/track/withdraw", "POST /v1/track/judgement", "POST /v1/track/reopen", "GET /v1/track/briefs",
        "POST /v1/track/briefs/{brief}/check",
    ]

    @Test func everyRouteAnswersWithOnesOwnOnly() async throws {
        let server = try await TestServer.make()
        let routes = routeTable(server.services, configuration: server.configuration).routes
            .map { "\($0.method.rawValue) \($0.template)" }
        try await server.run { caller in
            var content = try await fill(caller, "qzx", as: .admin)
            content.topic = try await nameATopic(server, caller, Self.mine, as: .admin)
            content.brief = try await deliverABrief(caller, Self.mine, content, as: .admin)
            try await publish(server, TestServer.one)
            let probes = Self.probes(content)
            #expect(Set(probes.keys).union(Self.open) == Set(routes), "every route has a probe")
            let head = try await server.services.store.head(of: TestServer.one)
            for (route, probe) in probes.sorted(by: { $0.key < $1.key }) {
                let method: HTTPRequest.Method = route.hasPrefix("GET") ? .get : route.hasPrefix("PUT") ? .put : .post
                let type: HTTPFields = probe.body == nil ? [:] : [.contentType: probe.type]
                for who in TestServer.Who.allCases where who.isForeign {
                    let answer = try await caller.send(method, probe.uri, as: who, probe.body, headers: type)
                    let name = Comment(rawValue: "\(who) \(route): \(answer.status) \(answer.text.prefix(300))")
                    #expect(answer.status == 403 || probe.expected.contains(answer.status), name)
                    #expect(!answer.text.contains(Self.mine), name)
                    if who == .foreignAdmin { #expect(probe.expected.contains(answer.status), name) }
                }
            }
            // Nothing of it reached the first tenant's log, and the first tenant is still shown its own.
            #expect(try await server.services.store.head(of: TestServer.one) == head)
            let shown = [
                "/v1/demands", "/v1/surveys", "/v1/surveys/\(content.survey)", "/v1/taxonomy", "/v1/groups",
                "/v1/topics", "/v1/topics/\(content.topic)", "/v1/places/qzx-place", "/v1/channels",
                "/v1/briefs", "/v1/briefs/\(content.brief)",
                "/v1/organizations", "/v1/aggregates/demand_board",
                "/v1/feedback/\(content.feedback)", "/v1/demands/\(content.feedback).1",
            ]
            for uri in shown {
                let answer = try await caller.send(.get, uri, as: .admin)
                #expect(answer.status == 200 && answer.text.contains(Self.mine), Comment(rawValue: uri))
            }
            // A tracking code belongs to its tenant.
            let code = "two" + content.trackingCode.dropFirst(3)
            for (method, uri) in [
                (HTTPRequest.Method.get, "/v1/track"), (.post, "/v1/track/withdraw"), (.get, "/v1/track/briefs"),
                (.post, "/v1/track/briefs/\(content.brief)/check"),
            ] {
                let answer = try await caller.send(method, uri, headers: [.authorization: "Tracking \(code)"])
                #expect(answer.status == 404)
            }
        }
    }

    @Test func everyViewShowsALoginItsOwnTenantOnly() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            var mine = try await fill(caller, Self.mine, as: .admin)
            var theirs = try await fill(caller, Self.theirs, as: .foreignAdmin)
            mine.topic = try await nameATopic(server, caller, Self.mine, as: .admin)
            theirs.topic = try await nameATopic(server, caller, Self.theirs, as: .foreignAdmin)
            mine.brief = try await deliverABrief(caller, Self.mine, mine, as: .admin)
            _ = try await deliverABrief(caller, Self.theirs, theirs, as: .foreignAdmin)
            // A tracking code leads to the briefs of its own tenant only.
            try await server.project()
            let tracked = try await caller.tracked(theirs.trackingCode)
            #expect(tracked.text.contains(Self.theirs) && !tracked.text.contains(Self.mine), "\(tracked.text)")
            #expect(try await caller.check(mine.brief, "yes", code: theirs.trackingCode).status == 404)
            for (tenant, word) in [(TestServer.one, Self.mine), (TestServer.two, Self.theirs)] {
                try await classify(server, tenant, as: "\(word) roads")
                try await handle(server, tenant, by: "\(word)-organization")
                try await publish(server, tenant)
            }
            try await split(server, caller, Self.mine, as: .admin)
            try await split(server, caller, Self.theirs, as: .foreignAdmin)
            let views = try await server.operators.query(
                """
                SELECT v.schemaname::text, v.viewname::text
                FROM pg_views AS v
                WHERE v.schemaname IN ('review', 'aggregates')
                ORDER BY 1, 2
                """
            ).decode((String, String).self)
            #expect(views.count > 20)
            for (schema, view) in views {
                for (tenant, own, other) in [("one", Self.mine, Self.theirs), ("two", Self.theirs, Self.mine)] {
                    for audience in ["reviewer", "analyst"] where schema == "aggregates" || audience == "reviewer" {
                        let rows = try await rows(server, schema, view, tenant, audience)
                        let name = Comment(rawValue: "\(tenant)'s \(audience) in \(schema).\(view): \(rows.prefix(3))")
                        #expect(!rows.contains { $0.contains(other) }, name)
                        #expect(!rows.isEmpty, name)
                        if !Self.nameless.contains("\(schema).\(view)") {
                            #expect(rows.contains { $0.contains(own) }, name)
                        }
                    }
                }
            }
        }
    }

    /// Views of numbers alone, without any of the tenant's words.
    private static let nameless: Set<String> = [
        "aggregates.demand_board_day", "review.participation_total", "review.projection_state", "review.survey_scales",
        "review.taxonomy_versions", "review.topic_months", "review.models", "review.classification_quality",
        "review.expression_funnel", "aggregates.expression_funnel",
    ]

    private func rows(
        _ server: TestServer,
        _ schema: String,
        _ view: String,
        _ tenant: String,
        _ audience: String
    ) async throws -> [String] {
        try await server.operators.withTransaction { connection in
            let login = TenantCreation.login(tenant: tenant, audience: audience)
            try await connection.run(script: "SET LOCAL ROLE \(identifier: login)")
            let question: UtilitySQL = "SELECT v::text FROM \(identifier: schema).\(identifier: view) AS v"
            return try await connection.query(SQL(question.text)).map { try $0.decode(0, as: String.self) }
        }
    }

    /// Leaves a demand undecided between the halves of its category.
    private func split(
        _ server: TestServer,
        _ caller: TestCaller,
        _ word: String,
        as who: TestServer.Who
    ) async throws {
        let csv: HTTPFields = [.contentType: "text/csv"]
        let before = "level1\n\(word) roads\n\(word) ways\n"
        let after =
            "level1,change,from,to,undecided\n\(word) roads,,,,\n\(word) ways,,,,\n\(word) paths,,,,\n"
            + ",split,\(word) ways,\(word) ways;\(word) paths,\(word) ways\n"
        #expect(try await caller.send(.post, "/v1/taxonomy", as: who, before, headers: csv).status == 201)
        let sent = try await caller.send(.post, "/v1/feedback", as: who, #"{"text":"x","category":"\#(word) ways"}"#)
        #expect(sent.status == 201)
        let published = try await caller.send(.post, "/v1/taxonomy", as: who, after, headers: csv)
        #expect(published.status == 201, "\(published.text)")
        try await server.refine()
    }

    /// Lets the processes gather topics, and names the first one for everybody.
    private func nameATopic(
        _ server: TestServer,
        _ caller: TestCaller,
        _ word: String,
        as who: TestServer.Who
    ) async throws -> String {
        try await server.refine()
        let topics = try await caller.send(.get, "/v1/topics", as: who)
        let topic = topics.json["topics"]?[0]?["topic"]?.string ?? ""
        let body = #"{"title":"\#(word) lamps","approve":true}"#
        let named = try await caller.send(.post, "/v1/topics/\(topic)/title", as: who, body)
        #expect(named.status == 200 && named.json["operation"]?.int == 1, "\(topics.text) \(named.text)")
        try await server.project()
        return topic
    }

    /// Drafts a brief of the topic, puts it to those behind it, and delivers it.
    private func deliverABrief(
        _ caller: TestCaller,
        _ word: String,
        _ content: Content,
        as who: TestServer.Who
    ) async throws -> String {
        let body =
            #"{"organization":"\#(word)-organization","title":"\#(word) title","text":"\#(word) text","#
            + #""topics":["\#(content.topic)"]}"#
        let drafted = try await caller.send(.post, "/v1/briefs", as: who, body)
        #expect(drafted.status == 201, "\(drafted.text)")
        _ = try await caller.step(drafted.id, "ask", as: who)
        #expect(try await caller.check(drafted.id, "yes", code: content.trackingCode).status == 201)
        _ = try await caller.step(drafted.id, "deliver", #"{"to":"\#(word) mayor"}"#, as: who)
        return drafted.id
    }

    /// Everything that a tenant can have, with the word in every name and text.
    private func fill(_ caller: TestCaller, _ word: String, as who: TestServer.Who) async throws -> Content {
        func send(_ method: HTTPRequest.Method, _ uri: String, _ body: String?, type: String = "application/json")
            async throws -> TestAnswer
        {
            let answer = try await caller.send(method, uri, as: who, body, headers: [.contentType: type])
            #expect((200...201).contains(answer.status), "\(uri): \(answer.text)")
            return answer
        }
        _ = try await send(
            .post,
            "/v1/taxonomy",
            "level1,level2,level3,keywords\n\(word) roads,,,lamp\n",
            type: "text/csv"
        )
        for (registry, code, more) in [
            ("places", "place", ""), ("groups", "group", #","ties":["occupation"]"#),
            ("organizations", "organization", #","roles":["steward"]"#), ("channels", "box", ""),
        ] {
            _ = try await send(
                .post,
                "/v1/\(registry)",
                #"{"code":"\#(word)-\#(code)","names":{"en":"\#(word) \#(code)"}\#(more)}"#
            )
        }
        var content = Content()
        for number in 1...5 {
            let sent = try await send(
                .post,
                "/v1/feedback",
                #"{"text":"\#(word) lamp","source":"s","externalId":"\#(number)","personRef":"\#(word)\#(number)","#
                    + #""place":"\#(word)-place","channel":"\#(word)-box","organization":"\#(word)-organization","#
                    + #""groups":[{"name":"\#(word)-group"}]}"#
            )
            content.feedback = sent.id
            content.trackingCode = sent.trackingCode
        }
        let questionnaire =
            #"{"title":{"en":"\#(word) title"},"language":"en","questions":["#
            + #"{"code":"q","type":"single","text":{"en":"\#(word)?"},"#
            + #""options":[{"code":"a","text":{"en":"\#(word) a"}},{"code":"b","text":{"en":"\#(word) b"}}]},"#
            + #"{"code":"s","type":"scale","scale":{"from":1,"to":3},"text":{"en":"\#(word) scale"}}]}"#
        content.draft = try await send(.post, "/v1/surveys", questionnaire).id
        content.survey = try await send(.post, "/v1/surveys", questionnaire).id
        _ = try await send(.post, "/v1/surveys/\(content.survey)/open", nil)
        for number in 1...4 {
            _ = try await send(
                .post,
                "/v1/surveys/\(content.survey)/responses",
                #"{"answers":{"q":"a","s":2},"source":"s","personRef":"\#(word)\#(number)","channel":"\#(word)-box"}"#
            )
        }
        return content
    }

    /// A model and a reviewer say the same of every message.
    private func classify(_ server: TestServer, _ tenant: TenantID, as category: String) async throws {
        let store = server.services.store
        let model = ModelTrained(
            target: .category,
            digest: String(repeating: "0", count: 64),
            trainingSet: String(repeating: "1", count: 64),
            examples: 50,
            labels: 2,
            minimumPeople: 5,
            folds: 5,
            macroF1: Confidence(0.5),
            accuracy: Confidence(0.5),
            calibrationError: Confidence(0)
        )
        _ = try await store.execute(
            Submission(tenant: tenant, stream: .only(Models.streamType), actor: "system:test") { known in
                Decision(events: try Models.decide(.add(model), Models.state(after: known.history)).map(\.encoded))
            }
        )
        let messages = try await server.operators.query(
            "SELECT stream_id FROM log.events WHERE tenant_id = \(tenant.rawValue) AND type = 'FeedbackReceived'"
        )
        for row in messages {
            let stream = StreamID(type: Message.streamType, id: try row.decode(0, as: UUID.self))
            let word = ClassifyDemand(demand: 1, value: .category(category), model: 1, confidence: Confidence(0.9))
            let said: [Message.Command] = [
                .judge(word), .categorise(demand: 1, category: category, method: .reviewer),
            ]
            for command in said {
                _ = try await store.execute(
                    Submission(tenant: tenant, stream: stream, actor: "system:test") { known in
                        let state = try Message.state(after: known.history)
                        return Decision(events: try Message.decide(command, state).map(\.encoded))
                    }
                )
            }
        }
    }

    /// All is urgent: the first is nobody's, the last two were answered late and judged, those between are overdue.
    private func handle(_ server: TestServer, _ tenant: TenantID, by organization: String) async throws {
        var registry = Organizations.initialState
        Organizations.evolve(
            &registry,
            .registered(Organization(code: organization, names: Names(["en": organization])))
        )
        let tree = OrganizationTree(registry)
        let words = PassageLink(number: 99, commitment: "00")
        let rows = try await server.operators.query(
            """
            SELECT stream_id, recorded_at
            FROM log.events
            WHERE tenant_id = \(tenant.rawValue)
                AND type = 'FeedbackReceived'
            ORDER BY position
            """
        )
        for (index, row) in rows.enumerated() {
            let (id, at) = try row.decode((UUID, PostgresTimestamp).self)
            let received = Timestamp(microsecondsSince1970: at.microsecondsSince1970)
            var actions: [HandleDemand.Action] = [.setUrgent(true, hours: nil)]
            if index > 0 {
                actions.append(
                    .assign(responsible: organization, steward: nil, hours: -1, reason: nil, tree)
                )
            }
            if index > 2 {
                actions += [
                    .reply(GivenReply(organization: organization, text: words, isSubstantive: true)),
                    .judge(GivenJudgement(isSolved: true, isSatisfied: true, by: .person)),
                ]
            }
            for action in actions {
                let command = HandleDemand(
                    DemandID(message: id, number: 1),
                    action,
                    actor: "system:test",
                    now: received,
                    receivedAt: received
                )
                _ = try await server.services.store.execute(
                    Submission(
                        tenant: tenant,
                        stream: StreamID(type: Message.streamType, id: id),
                        actor: "system:test"
                    ) { known in
                        let state = try Message.state(after: known.history)
                        return Decision(events: try Message.decide(.handle(command), state).map(\.encoded))
                    }
                )
            }
        }
    }

    private func publish(_ server: TestServer, _ tenant: TenantID) async throws {
        let stream = StreamID.only(Releases.streamType)
        _ = try await server.services.store.execute(
            Submission(tenant: tenant, stream: stream, actor: "system:test") { _ in
                Decision(events: [ReleasePublished(release: 1, reason: .manual, k: 2).encoded])
            }
        )
        try await server.project()
    }
}
