import Foundation
import HTTPTypes
import Testing

@testable import ChorusHTTP

/// A tenant trains a model from what people said, uses it, and corrects it.
@Suite struct ClassifyByModels {
    private static let wordings = [
        "roads": [
            "the street lamps are dark", "a pothole in the road", "the crossing has no light", "trucks ruin the road",
        ],
        "parks": ["the lawn is dry", "no bench in the park", "the playground is broken", "plant trees in the park"],
    ]

    /// 80 labelled messages of 10 people, and one of each kind that nobody labelled.
    private func fill(_ caller: TestCaller) async throws -> (
        road: TestAnswer, park: TestAnswer, nothing: TestAnswer
    ) {
        for (category, wordings) in Self.wordings.sorted(by: { $0.key < $1.key }) {
            for number in 0..<40 {
                let text = "\(wordings[number % 4]), number \(number)"
                _ = try await caller.feedback(
                    #"{"text":"\#(text)","category":"\#(category)","source":"s","personRef":"p\#(number % 10)"}"#
                )
            }
        }
        return (
            try await caller.feedback(#"{"text":"the street lamps and the road"}"#),
            try await caller.feedback(#"{"text":"a bench and trees in the park"}"#),
            try await caller.feedback(#"{"text":"🙂🙂🙂"}"#)
        )
    }

    private func demand(_ sent: TestAnswer) -> String { "/v1/demands/\(sent.id).1" }

    @Test func fromLabelsToCategoriesToACorrection() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let sent = try await fill(caller)
            try await server.project()
            let trained = try await caller.send(.post, "/v1/models", as: .admin, #"{"target":"category"}"#)
            #expect(trained.status == 201, "\(trained.text)")
            #expect(trained.json["model"]?.int == 1 && trained.json["status"]?.string == "kept")
            #expect(trained.json["examples"]?.int == 80 && trained.json["labels"]?.int == 2)
            #expect((trained.json["macroF1"]?.double ?? 0) > 0.9)
            // The same labels make the same model.
            let again = try await caller.send(.post, "/v1/models", as: .admin, #"{"target":"category"}"#)
            #expect(again.status == 409 && again.code == "known-model", "\(again.text)")
            for body in ["{}", #"{"threshold":1.5}"#, #"{"threshold":"x"}"#, #"{"threshold":1,"a":1}"#] {
                let refused = try await caller.send(.post, "/v1/models/1/activate", as: .admin, body)
                #expect(refused.status == 422 && refused.code == "invalid-fields", "\(refused.text)")
            }
            let unused = try await caller.send(.post, "/v1/models/1/deactivate", as: .admin, "{}")
            #expect(unused.status == 409 && unused.code == "not-active")
            // Not in use yet.
            try await server.refine()
            let before = try await caller.send(.get, demand(sent.road), as: .reviewer).json
            #expect(before["category"]?.string == "unclassified")

            let used = try await caller.send(.post, "/v1/models/1/activate", as: .admin, #"{"threshold":0.6}"#)
            #expect(used.status == 200 && used.json["status"]?.string == "active", "\(used.text)")
            try await server.refine()
            for (message, category) in [(sent.road, "roads"), (sent.park, "parks"), (sent.nothing, "unclassified")] {
                let shown = try await caller.send(.get, demand(message), as: .reviewer).json
                #expect(shown["category"]?.string == category, "\(shown)")
                #expect(shown["categoryMethod"]?.string == "model")
                #expect(shown["categoryMethodVersion"]?.int == 1 && shown["confidence"]?.double != nil)
            }

            let why = try await caller.send(.get, demand(sent.park) + "/explanation", as: .reviewer)
            #expect(why.status == 200 && why.json["nearest"]?.string == "parks", "\(why.text)")
            #expect(why.json["pieces"]?.array?.isEmpty == false)

            // A person's word stands, whatever a model says later.
            let corrected = try await caller.send(
                .post,
                demand(sent.park) + "/category",
                as: .reviewer,
                #"{"category":"roads"}"#
            )
            #expect(corrected.status == 200)
            let other = try await caller.send(.post, "/v1/models/1/activate", as: .admin, #"{"threshold":0.1}"#)
            #expect(other.status == 200)
            let beside = try await caller.send(.post, "/v1/models/1/attempt", as: .admin, #"{"threshold":0}"#)
            #expect(beside.status == 200)
            let head = try await server.services.store.head(of: TestServer.one)
            try await server.refine()
            let shown = try await caller.send(.get, demand(sent.park), as: .reviewer).json
            #expect(shown["category"]?.string == "roads" && shown["categoryMethod"]?.string == "reviewer")
            // One word beside the others for each demand; nothing else.
            let judged = try await server.services.store.head(of: TestServer.one)
            #expect(judged == head + 83)
            // Read again, nothing is said twice.
            try await server.operators.execute("UPDATE projections.process_checkpoints SET position = 0")
            try await server.refine()
            let after = try await server.services.store.head(of: TestServer.one)
            #expect(after == head + 83)
            let refusals = try await server.operators.query("SELECT FROM projections.process_refusals")
            #expect(refusals.count == 0)
            try await expectQuality(server)

            // What is masked explains nothing, not in the subject either.
            let two = try await caller.feedback(#"{"text":"🙂🙂🙂","subject":"the playground is broken"}"#)
            func isExplainedByWords() async throws -> Bool {
                let why = try await caller.send(.get, demand(two) + "/explanation", as: .reviewer)
                #expect(why.status == 200, "\(why.text)")
                let pieces = (why.json["pieces"]?.array ?? []).compactMap { $0["words"]?.string }
                return pieces.contains { $0.contains { "a"..."z" ~= $0 } }
            }
            #expect(try await isExplainedByWords())
            let mask = #"{"passage":2,"spans":[{"from":0,"to":24}]}"#
            #expect(try await caller.send(.post, demand(two) + "/mask", as: .reviewer, mask).status == 200)
            #expect(try await !isExplainedByWords())
        }
    }

    /// A model says what became of the categories that it was taught.
    @Test func aModelFollowsTheTaxonomy() async throws {
        let server = try await TestServer.make()
        @Sendable func publish(_ caller: TestCaller, _ categories: [String], _ changes: String) async throws -> Int {
            let all = categories.map { #"{"code":"\#($0)","names":{"en":"\#($0)"}}"# }.joined(separator: ",")
            let body = #"{"categories":[\#(all)],"changes":[\#(changes)]}"#
            return try await caller.send(.post, "/v1/taxonomy", as: .admin, body).status
        }
        try await server.run { caller in
            // Names that no message holds.
            #expect(try await publish(caller, ["roads", "parks"], "") == 201)
            _ = try await fill(caller)
            try await server.project()
            #expect(try await caller.send(.post, "/v1/models", as: .admin, #"{"target":"category"}"#).status == 201)
            let changes =
                #"{"change":"rename","from":["roads"],"to":["xx"]},"#
                + #"{"change":"split","from":["parks"],"to":["yy","zz"],"undecided":"yy"}"#
            #expect(try await publish(caller, ["xx", "yy", "zz"], changes) == 201)
            try await server.refine()
            let use = #"{"threshold":0.6}"#
            #expect(try await caller.send(.post, "/v1/models/1/activate", as: .admin, use).status == 200)
            let road = try await caller.feedback(#"{"text":"the street lamps and the road"}"#)
            let park = try await caller.feedback(#"{"text":"a bench and trees in the park"}"#)
            try await server.refine()
            for (message, category) in [(road, "xx"), (park, "unclassified")] {
                let shown = try await caller.send(.get, demand(message), as: .reviewer).json
                #expect(shown["category"]?.string == category, "\(shown)")
                #expect(shown["categoryMethod"]?.string == "model")
            }
            // What people said of roads is a label of the new category; of the halves of parks nobody said one.
            let few = try await caller.send(.post, "/v1/models", as: .admin, #"{"target":"category"}"#)
            #expect(few.status == 409 && few.code == "too-few-labels", "\(few.text)")
            #expect(few.json["detail"]?.string?.hasPrefix("40 demands have one of 1 labels") == true, "\(few.text)")
        }
    }

    /// Of the 80 labelled demands the model says nearly always what it was taught; of the one corrected it still says parks.
    private func expectQuality(_ server: TestServer) async throws {
        try await server.project()
        let rows = try await server.operators.withTransaction { connection in
            try await connection.run(script: "SET LOCAL ROLE chorus_one_reviewer")
            return try await connection.query(
                """
                SELECT said_by, demands::integer, agreed::integer, left_unclassified::integer
                FROM review.classification_quality
                ORDER BY said_by
                """
            ).decode((String, Int32, Int32, Int32).self)
        }
        #expect(rows.map(\.0) == ["given", "reviewer"])
        #expect(rows[0].1 + rows[0].3 == 80 && rows[0].2 > 72, "\(rows)")
        #expect(rows[1].1 == 1 && rows[1].2 == 0, "\(rows)")
    }

    @Test func fewLabelsMakeNoModel() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            _ = try await caller.feedback(#"{"text":"a","category":"roads"}"#)
            try await server.project()
            let answer = try await caller.send(.post, "/v1/models", as: .admin, #"{"target":"category"}"#)
            #expect(answer.status == 409 && answer.code == "too-few-labels", "\(answer.text)")
            let kinds = try await caller.send(.post, "/v1/models", as: .admin, #"{"target":"kind"}"#)
            #expect(kinds.status == 409 && kinds.code == "too-few-labels")
        }
    }

    @Test func refusesWhatCannotBe() async throws {
        let requests: [(String, String, Int, String)] = [
            ("/v1/models", "{}", 422, "invalid-fields"), ("/v1/models", #"{"target":"mood"}"#, 422, "invalid-fields"),
            ("/v1/models", #"{"target":"kind","minimumPeople":1}"#, 422, "invalid-fields"),
            ("/v1/models/1/activate", #"{"threshold":0.5}"#, 404, "not-found"),
            ("/v1/models/0/activate", #"{"threshold":0.5}"#, 404, "not-found"),
            ("/v1/models/01/activate", #"{"threshold":0.5}"#, 404, "not-found"),
            ("/v1/models/1/attempt", #"{"threshold":0.5}"#, 404, "not-found"),
            ("/v1/models/1/deactivate", "{}", 404, "not-found"),
        ]
        try await TestServer.make().run { caller in
            for (uri, body, status, code) in requests {
                let answer = try await caller.send(.post, uri, as: .admin, body)
                #expect(answer.status == status && answer.code == code, "\(uri) \(body): \(answer.text)")
            }
        }
    }

    @Test func explainsOnlyWhatIsThere() async throws {
        try await TestServer.make().run { caller in
            let sent = try await caller.feedback(#"{"text":"a"}"#)
            let none = try await caller.send(.get, demand(sent) + "/explanation", as: .reviewer)
            #expect(none.status == 409 && none.code == "no-model")
            let unknown = try await caller.send(.get, demand(sent) + "/explanation?model=9", as: .reviewer)
            #expect(unknown.status == 422 && unknown.code == "unknown-model")
        }
    }
}
