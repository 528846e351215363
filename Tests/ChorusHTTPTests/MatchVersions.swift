import EventSourcing
import Foundation
import HTTPTypes
import JSONText
import Testing

@testable import ChorusHTTP

/// `If-Match`: a change is made only to the version that its caller has seen.
@Suite struct MatchVersions {
    private func code(_ fields: [String], _ version: Version) -> String? {
        do throws(Problem) {
            try Precondition(fields).require(version) { $0.field("state", "draft") }
            return nil
        } catch {
            return error.code
        }
    }

    private static let headers: [([String], Version, String?)] = [
        ([], 7, nil), ([], 0, nil), (["*"], 7, nil), ([" * "], 7, nil), (["*"], 0, "changed-meanwhile"),
        (["\"7\""], 7, nil), (["\"6\""], 7, "changed-meanwhile"), (["\"6\", \"7\""], 7, nil),
        (["\"6\"", "\"7\""], 7, nil), (["\"6\",\t\"7\" , "], 7, nil), (["W/\"7\""], 7, "changed-meanwhile"),
        (["\"07\""], 7, "changed-meanwhile"), (["\"+7\""], 7, "changed-meanwhile"),
        (["\"abc\""], 7, "changed-meanwhile"), (["\"\""], 7, "changed-meanwhile"),
        (["\"99999999999\""], 7, "changed-meanwhile"), (["7"], 7, "bad-if-match"), ([""], 7, "bad-if-match"),
        (["\"7"], 7, "bad-if-match"), (["\"7\" \"8\""], 7, "bad-if-match"), (["\"7\";"], 7, "bad-if-match"),
        (["*, \"7\""], 7, "bad-if-match"),
    ]

    @Test(arguments: headers)
    func readsTheHeader(_ fields: [String], _ version: Version, _ expected: String?) {
        #expect(code(fields, version) == expected, "\(fields)")
    }

    @Test func tellsWhatStands() throws {
        let problem = #expect(throws: Problem.self) {
            try Precondition(["\"6\""]).require(7) { $0.field("state", "draft") }
        }
        #expect(problem?.status == 412 && problem?.headers[.eTag] == "\"7\"")
        #expect(problem?.detail.hasSuffix("with If-Match: \"7\"") == true)
        var json = JSONWriter()
        problem?.write(to: &json, trace: TraceID())
        #expect(String(decoding: json.bytes, as: UTF8.self).contains(#""current":{"state":"draft"}"#))
        // The control: other problems say nothing of the kind.
        var other = JSONWriter()
        Problem.notFound.write(to: &other, trace: TraceID())
        #expect(!String(decoding: other.bytes, as: UTF8.self).contains("current"))
    }

    @Test func twoWhoSawTheSameCannotBothChangeIt() async throws {
        let server = try await TestServer.make()
        try await server.run { caller in
            let town = try await BriefTown.fill(server, caller)
            let brief = try await caller.send(.post, "/v1/briefs", as: .reviewer, town.body())
            let seen: HTTPFields = [.ifMatch: brief.headers[.eTag] ?? ""]
            let changed = try await caller.step(brief.id, "wording", #"{"title":"Mine"}"#, headers: seen)
            #expect(changed.headers[.eTag] == "\"2\"" && changed.json["version"]?.int == 2)
            for (verb, body) in [
                ("wording", #"{"title":"Yours"}"#), ("ask", nil), ("drop", #"{"reason":"a"}"#),
                // Also where the domain would refuse it.
                ("deliver", #"{"to":"a"}"#), ("outcome", #"{"outcome":"adopted"}"#),
            ] as [(String, String?)] {
                let uri = "/v1/briefs/\(brief.id)/\(verb)"
                let late = try await caller.send(.post, uri, as: .reviewer, body, headers: seen)
                #expect(late.status == 412 && late.code == "changed-meanwhile", "\(verb): \(late.text)")
                #expect(late.headers[.eTag] == "\"2\"" && late.json["current"]?["wording"]?.int == 2)
            }
            let shown = try await caller.send(.get, "/v1/briefs/\(brief.id)", as: .reviewer)
            #expect(shown.json["title"]?.string == "Mine" && shown.headers[.eTag] == "\"2\"")
            let bad: HTTPFields = [.ifMatch: "2"]
            let refused = try await caller.send(.post, "/v1/briefs/\(brief.id)/ask", as: .reviewer, nil, headers: bad)
            #expect(refused.status == 400 && refused.code == "bad-if-match", "\(refused.text)")
            // Many at once, all of whom saw the same: one of them changes it.
            let tag: HTTPFields = [.ifMatch: shown.headers[.eTag] ?? ""]
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await caller.send(
                            .post,
                            "/v1/briefs/\(brief.id)/wording",
                            as: .reviewer,
                            #"{"title":"Number \#(number)"}"#,
                            headers: tag
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 412, count: 7))
        }
    }
}
