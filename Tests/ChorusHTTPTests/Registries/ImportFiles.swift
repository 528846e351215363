import EventLog
import Foundation
import HTTPTypes
import JSONText
import Postgres
import Testing

@testable import ChorusHTTP

/// CSV files: all of them or nothing.
@Suite struct ImportRegistryFiles {
    private static let csv: HTTPFields = [.contentType: "text/csv; charset=utf-8"]

    private func send(
        _ caller: TestCaller,
        _ registry: String,
        _ file: String,
        as who: TestServer.Who = .author
    ) async throws -> TestAnswer {
        try await caller.send(.post, "/v1/\(registry)", as: who, file, headers: Self.csv)
    }

    private func errors(_ answer: TestAnswer) -> [String] {
        answer.json["errors"]?.array?.map { "\($0["pointer"]?.string ?? "?") \($0["code"]?.string ?? "?")" } ?? []
    }

    @Test func registersChangesAndLeavesAlone() async throws {
        try await TestServer.make().run { caller in
            let file = """
                code,name,name_en,parent,aliases,size
                lane,里弄,Lane,town,"弄;The Lane; ",40
                town,镇,,,,
                hill,山,Hill,,,0

                """
            let first = try await send(caller, "places", file)
            #expect(first.status == 200, "\(first.text)")
            #expect(first.text == #"{"registered":3,"changed":0,"unchanged":0,"position":3}"#)
            let lane = try await caller.send(.get, "/v1/places/lane", as: .analyst)
            #expect(
                lane.text
                    == #"{"code":"lane","names":{"en":"Lane","zh":"里弄"},"parent":"town","aliases":["弄","The Lane"],"#
                    + #""size":40,"position":3}"#
            )
            let again = try await send(caller, "places", file)
            #expect(again.text == #"{"registered":0,"changed":0,"unchanged":3,"position":3}"#)
            let changed = try await send(caller, "places", "code,name\nhill,丘\nlake,湖\ntown,镇\n")
            #expect(changed.text == #"{"registered":1,"changed":1,"unchanged":1,"position":5}"#)
            #expect(try await send(caller, "places", "code,name\n").text.contains(#""unchanged":0,"position":5"#))
        }
    }

    @Test func everyRegistryHasItsColumns() async throws {
        try await TestServer.make().run { caller in
            let files: [(String, String, String)] = [
                (
                    "organizations", "code;name;parent;roles;represents;serves\nu;工会;;responsible;drivers;\n",
                    #"{"code":"u","names":{"zh":"工会"},"roles":["responsible"],"represents":["drivers"],"serves":[]"#
                ),
                (
                    "groups", "code,name_en,ties,aliases,size\ng,Drivers,\"school; place\",,12\n",
                    #"{"code":"g","names":{"en":"Drivers"},"ties":["place","school"],"aliases":[],"size":12"#
                ),
                ("channels", "code,name\nkiosk,亭\n", #"{"code":"kiosk","names":{"zh":"亭"}"#),
            ]
            for (registry, file, expected) in files {
                let answer = try await send(caller, registry, file)
                #expect(answer.status == 200 && answer.json["registered"]?.int == 1, "\(answer.text)")
                let list = try await caller.send(.get, "/v1/\(registry)", as: .author)
                #expect(list.text.contains(expected), "\(list.text)")
            }
        }
    }

    @Test func everyWrongLineIsNamedAndNothingStored() async throws {
        try await TestServer.make().run { caller in
            let cases: [(String, String, [String])] = [
                (
                    "places", "code,name,parent,size\na,x,,\nB,x,,\nc,,,\nd,x,nowhere,\na,y,,\ne,x,,many\n",
                    ["/lines/3/code bad_format", "/lines/4/name required", "/lines/7/size wrong_type"]
                ),
                (
                    "places", "code,name,parent\na,x,b\nb,x,a\nc,x,nowhere\nd,x,\nd,y,\n",
                    ["/lines/2/parent tree_cycle", "/lines/4/parent unknown_code", "/lines/6/code duplicate"]
                ),
                ("places", "code,name,colour\na,x,red\n", ["/lines/1/colour unknown_member"]),
                ("places", "name\nx\n", ["/lines/1/code required"]),
                ("places", "code,name,name_zh\na,x,y\n", ["/lines/1/name duplicate"]),
                ("places", "code,name_zh\na,\u{1}\n", ["/lines/2/name_zh not_allowed"]),
                ("places", "code,name_english language\na,x\n", ["/lines/2/name_english language bad_format"]),
                ("places", "code,name\na,x,y\n", ["/lines/2 malformed"]),
                ("places", "code,name\n,x\n", ["/lines/2/code required"]),
                ("groups", "code,name,ties\na,x,blood\n", ["/lines/2/ties not_allowed"]),
                ("groups", "code,name,aliases\na,x,b;b\n", ["/lines/2/aliases duplicate"]),
                ("channels", "code,name,size\na,x,1\n", ["/lines/1/size unknown_member"]),
            ]
            for (registry, file, expected) in cases {
                let answer = try await send(caller, registry, file)
                #expect(answer.status == 422, "\(file): \(answer.text)")
                #expect(errors(answer) == expected, "\(file): \(answer.text)")
            }
            let list = try await caller.send(.get, "/v1/places", as: .author)
            #expect(list.json["places"]?.array?.isEmpty == true && list.position == 0)
            let cycle = try await send(caller, "places", "code,name,parent\na,x,b\nb,x,a\n")
            #expect(cycle.code == "tree-cycle")
            #expect(cycle.json["errors"]?[0]?["detail"]?.string == "line 2: makes a circle: a > b > a")
        }
    }

    @Test func whatIsNoFileIsRefused() async throws {
        try await TestServer.make().run { caller in
            for file in ["", "\n\n", "code,name\na,\"x\n"] {
                let answer = try await send(caller, "places", file)
                #expect(answer.status == 400 && answer.code == "malformed-csv", "\(answer.text)")
            }
            let latin = try await caller.send(
                .post,
                "/v1/places",
                as: .author,
                bytes: Array("code,name\na,".utf8) + [0xE9, 0x0A],
                headers: Self.csv
            )
            #expect(latin.status == 400 && latin.code == "malformed-csv")
            let long = String(repeating: "a", count: 4 * 1_048_576) + "b"
            #expect(try await send(caller, "places", long).status == 413)
            #expect(try await send(caller, "places", "code,name\na,x\n", as: .collector).status == 403)
            let latin1: HTTPFields = [.contentType: "text/csv; charset=latin1"]
            #expect(try await caller.send(.post, "/v1/places", as: .author, "code", headers: latin1).status == 415)
        }
    }

    @Test func aMistakeInEveryLineIsCountedAndTheFirstHundredListed() async throws {
        try await TestServer.make().run { caller in
            let lines = (1...150).map { "P\($0),x" }.joined(separator: "\n")
            let answer = try await send(caller, "places", "code,name\n" + lines)
            #expect(answer.status == 422 && errors(answer).count == 100)
            #expect(answer.json["detail"]?.string?.contains("150 mistakes") == true, "\(answer.text.prefix(300))")
        }
    }

    @Test func aFileOfFiveThousandPlacesIsOneCommand() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let lines = (1...5_000).map { number in
                "p\(number),place \(number),\(number > 1 ? "p\(number / 2)" : "")"
            }
            let answer = try await send(caller, "places", "code,name,parent\n" + lines.joined(separator: "\n"))
            #expect(answer.text == #"{"registered":5000,"changed":0,"unchanged":0,"position":5000}"#, "\(answer.text)")
            try await server.project()
            let deep = try await server.operators.withTransaction { connection in
                _ = try await Generations.enterLive("registry", tenant: TestServer.one, on: connection)
                return try await connection.query(
                    "SELECT count(*), max(cardinality(path)) FROM entries WHERE registry = 'places'"
                ).first?.decode((Int64, Int32).self)
            }
            #expect(deep?.0 == 5_000 && deep?.1 == 13)
        }
    }
}
