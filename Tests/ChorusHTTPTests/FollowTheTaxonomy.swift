import Demands
import HTTPTypes
import JSONText
import Postgres
import Testing

@testable import ChorusHTTP

/// A taxonomy that moves, merges, splits and drops categories says what becomes of each demand.
@Suite struct FollowTheTaxonomy {
    private static let before = #"""
        {"code":"roads","names":{"en":"Roads"}},{"code":"lamps","names":{"en":"Lamps"}},
        {"code":"green","names":{"en":"Green"}},{"code":"old","names":{"en":"Old"}},
        {"code":"unused","names":{"en":"Unused"}}
        """#
    private static let after = #"""
        {"code":"roads","names":{"en":"Roads"}},{"code":"parks","names":{"en":"Parks"},"keywords":["lawn"]},
        {"code":"trees","names":{"en":"Trees"},"keywords":["oak"]}
        """#
    private static let changes = #"""
        {"change":"merge","from":["lamps"],"to":["roads"]},{"change":"drop","from":["old"]},
        {"change":"split","from":["green"],"to":["parks","trees"],"undecided":"parks"}
        """#

    private func publish(_ caller: TestCaller, _ categories: String, _ changes: String = "") async throws -> TestAnswer
    {
        let body = #"{"categories":[\#(categories)],"changes":[\#(changes)]}"#
        return try await caller.send(.post, "/v1/taxonomy", as: .admin, body)
    }

    private func shown(_ caller: TestCaller, _ sent: TestAnswer) async throws -> JSONValue {
        try await caller.send(.get, "/v1/demands/\(sent.id).1", as: .reviewer).json
    }

    private func rows(_ server: TestServer, _ view: String, _ columns: String) async throws -> [String] {
        try await server.operators.withTransaction { connection in
            try await connection.run(script: "SET LOCAL ROLE chorus_one_reviewer")
            let question = "SELECT concat_ws(' ', \(columns)) FROM review.\(view) ORDER BY 1"
            return try await connection.query(SQL(question)).map { try $0.decode(0, as: String.self) }
        }
    }

    @Test func everyDemandIsToldWhereItGoes() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            #expect(try await publish(caller, Self.before).status == 201)
            let lamp = try await caller.feedback(#"{"text":"dark","category":"lamps"}"#)
            let oak = try await caller.feedback(#"{"text":"an oak fell","category":"green"}"#)
            let mute = try await caller.feedback(#"{"text":"nothing grows","category":"green"}"#)
            let gone = try await caller.feedback(#"{"text":"a lawn","category":"old"}"#)
            let reviewed = try await caller.feedback(#"{"text":"nothing","category":"roads"}"#)
            let uri = "/v1/demands/\(reviewed.id).1/category"
            #expect(try await caller.send(.post, uri, as: .reviewer, #"{"category":"green"}"#).status == 200)
            let withdrawn = try await caller.feedback(#"{"text":"x","category":"lamps"}"#)
            let code: HTTPFields = [.authorization: "Tracking \(withdrawn.trackingCode)"]
            #expect(try await caller.send(.post, "/v1/track/withdraw", headers: code).status == 200)
            try await server.refine()

            // Somebody is in these; nobody ever was in unused.
            let unexplained = try await publish(caller, Self.after)
            #expect(unexplained.status == 422 && unexplained.code == "unexplained-categories", "\(unexplained.text)")
            #expect(unexplained.json["detail"]?.string?.contains("are gone: lamps, green, old. Say") == true)
            let published = try await publish(caller, Self.after, Self.changes)
            #expect(published.status == 201 && published.json["version"]?.int == 2, "\(published.text)")
            let again = try await publish(caller, Self.after, Self.changes)
            #expect(again.status == 200 && again.position == published.position)
            let read = try await caller.send(.get, "/v1/taxonomy", as: .admin)
            let changes = (read.json["changes"]?.array ?? []).map { $0["change"]?.string ?? "" }
            #expect(changes == ["merge", "drop", "split", "retire"])

            let head = try await server.services.store.head(of: TestServer.one)
            try await server.refine()
            let expected: [(TestAnswer, String, String, Bool)] = [
                (lamp, "roads", "given", false), (oak, "trees", "given", false), (mute, "parks", "given", true),
                (gone, "unclassified", "given", false), (reviewed, "parks", "reviewer", true),
            ]
            for (sent, category, method, isUndecided) in expected {
                let demand = try await shown(caller, sent)
                #expect(demand["category"]?.string == category, "\(demand)")
                #expect(demand["categoryMethod"]?.string == "taxonomy" && demand["categoryMethodVersion"]?.int == 2)
                #expect(demand["carried"]?["method"]?.string == method, "\(demand)")
                #expect(demand["carried"]?["isUndecided"]?.bool == isUndecided, "\(demand)")
            }
            let moved = try await server.services.store.head(of: TestServer.one)
            #expect(moved == head + 5)
            // Read again, nothing is said twice.
            try await server.operators.execute("UPDATE projections.process_checkpoints SET position = 0")
            try await server.refine()
            #expect(try await server.services.store.head(of: TestServer.one) == moved)
            #expect(try await server.operators.query("SELECT FROM projections.process_refusals").count == 0)

            #expect(
                try await rows(
                    server,
                    "taxonomy_changes",
                    "taxonomy_version, change, from_code, to_code, demands, undecided"
                )
                    == [
                        "2 drop old unclassified 1 0", "2 merge lamps roads 1 0", "2 retire unused unclassified 0 0",
                        "2 split green parks 2 2", "2 split green trees 1 0",
                    ]
            )
            let waiting = ["\(mute.id).1 green parks given", "\(reviewed.id).1 green parks reviewer"].sorted()
            #expect(
                try await rows(server, "taxonomy_undecided", "demand_id, from_code, category_code, said_by") == waiting
            )
            // A reviewer's word takes it off the list.
            #expect(try await caller.send(.post, uri, as: .reviewer, #"{"category":"parks"}"#).status == 200)
            try await server.project()
            #expect(try await rows(server, "taxonomy_undecided", "demand_id") == ["\(mute.id).1"])
        }
    }

    @Test func whoeverNamesAnOldCategoryLateIsUnderstood() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            #expect(try await publish(caller, Self.before).status == 201)
            _ = try await caller.feedback(#"{"text":"dark","category":"lamps"}"#)
            #expect(
                try await publish(
                    caller,
                    #"{"code":"light","names":{"en":"Light"}}"#,
                    #"{"change":"rename","from":["lamps"],"to":["light"]}"#
                ).status == 201
            )
            try await server.refine()
            let late = try await caller.feedback(
                #"{"text":"dark","category":"lamps","source":"s","externalId":"1"}"#
            )
            let empty = try await caller.feedback(#"{"text":"x","category":"unused"}"#)
            let unknown = try await caller.feedback(#"{"text":"x","category":"elsewhere"}"#)
            try await server.refine()
            #expect(try await shown(caller, late)["category"]?.string == "light")
            #expect(try await shown(caller, empty)["category"]?.string == "unclassified")
            #expect(try await shown(caller, unknown)["category"]?.string == "elsewhere")
            // What was given stays in the history.
            let history = try await shown(caller, late)["history"]?.array ?? []
            #expect(history.map { $0["value"]?.string } == [nil, "lamps", "light"])
            #expect(history.map { $0["method"]?.string } == [nil, "given", "taxonomy"])
            // The next version goes on from there.
            #expect(
                try await publish(
                    caller,
                    #"{"code":"streets","names":{"en":"Streets"}}"#,
                    #"{"change":"rename","from":["light"],"to":["streets"]}"#
                ).status == 201
            )
            try await server.refine()
            let demand = try await shown(caller, late)
            #expect(demand["category"]?.string == "streets" && demand["categoryMethodVersion"]?.int == 3)
            #expect(demand["carried"]?["category"]?.string == "light")
            let again = try await caller.send(
                .post,
                "/v1/feedback?onChange=amend",
                as: .collector,
                #"{"text":"darker","category":"lamps","source":"s","externalId":"1"}"#
            )
            #expect(again.status == 200 || again.status == 201, "\(again.text)")
            try await server.refine()
            #expect(try await shown(caller, late)["category"]?.string == "streets")
        }
    }

    @Test func everyWrongChangeIsNamed() async throws {
        try await TestServer.make().run { caller in
            #expect(try await publish(caller, Self.before).status == 201)
            let wrong = try await publish(
                caller,
                Self.after,
                #"{"change":"drop","from":["roads"]},{"change":"split","from":["green"],"to":["parks","trees"]}"#
            )
            #expect(wrong.status == 422 && wrong.code == "invalid-changes", "\(wrong.text)")
            let pointers = (wrong.json["errors"]?.array ?? []).map { $0["pointer"]?.string }
            #expect(pointers == ["/changes/0/from", "/changes/1/undecided"])
            let members = try await publish(caller, Self.after, #"{"change":"swap","from":"a","more":1}"#)
            #expect(members.status == 422 && members.code == "invalid-fields")
            #expect(
                (members.json["errors"]?.array ?? []).map { $0["pointer"]?.string } == [
                    "/changes/0/change", "/changes/0/from", "/changes/0/more",
                ]
            )
            let csv: HTTPFields = [.contentType: "text/csv"]
            let file = "level1,change,from,to,undecided\nroads,,,,\n,rename,lamps,nowhere,\n,drop,old;green,,\n"
            let lines = try await caller.send(.post, "/v1/taxonomy", as: .admin, file, headers: csv)
            #expect(lines.status == 422 && lines.code == "invalid-changes", "\(lines.text)")
            #expect((lines.json["errors"]?.array ?? []).map { $0["pointer"]?.string } == ["/lines/3/to"])
            let right = file.replacing("rename,lamps,nowhere", with: "merge,lamps,roads")
            #expect(try await caller.send(.post, "/v1/taxonomy", as: .admin, right, headers: csv).status == 201)
        }
    }
}
