import Foundation
import JSONText
import Testing

/// What a reviewer does with topics at the prompt.
@Suite(.timeLimit(.minutes(5))) struct ReviewTopics {
    private static let messages = (0..<9).map { number in
        let words =
            number < 6
            ? "The mixing plant beside our estate makes noise all night" : "The bus to the harbour leaves too early"
        return #"{"text":"\#(words)","id":"\#(number)","user":"u\#(number)"}"#
    }

    /// A server with a topic of six and one of three demands, and their names.
    private func withTopics(
        _ body: (_ server: Server, _ plant: String, _ bus: String) async throws -> Void
    ) async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("messages.ndjson", Self.messages.joined(separator: "\n"))
        try await Server.with(installation) { server in
            let imported = try await server.command([
                "import", "feedback", file, "--map", "text=text,externalId=id,personRef=user", "--set", "source=test",
            ])
            #expect(imported.status == 0, "\(imported.errors)")
            let found = try await topics(server) { $0 == [6, 3] }
            try await body(server, found[0], found[1])
        }
    }

    /// Names of the topics, those with most people first, once their demands are as many as expected.
    private func topics(_ server: Server, _ isReached: ([Int]) -> Bool) async throws -> [String] {
        while true {
            let listed = try await server.command(["topics", "list", "--order", "people", "--json"])
            try #require(listed.status == 0, "\(listed.errors)")
            let topics = try JSONValue.parse(listed.output)["topics"]?.array ?? []
            if isReached(topics.compactMap { $0["demands"]?.int }) { return topics.compactMap { $0["topic"]?.string } }
            try Task.checkCancellation()
        }
    }

    private func operation(_ ended: Binary.Ended) throws -> String {
        try #require(ended.status == 0, "\(ended.errors)")
        let number = try JSONValue.parse(ended.output)["operation"]?.int
        return "\(try #require(number))"
    }

    @Test(.timeLimit(.minutes(2))) func fromTheListToATitleForEverybody() async throws {
        try await withTopics { server, plant, bus in
            let listed = try await server.command(["topics", "list"])
            #expect(listed.output.contains("TOPIC") && listed.output.contains(plant) && listed.output.contains(bus))
            let one = try await server.command(["topics", "list", "--limit", "1", "--order", "people"])
            #expect(one.output.contains(plant) && !one.output.contains(bus))

            let shown = try await server.command(["topics", "show", plant])
            #expect(shown.status == 0 && shown.errors.contains("6 demands, 6 people"), "\(shown.errors)")
            #expect(shown.output.contains("The mixing plant beside our estate"))

            let early = try await server.command(["topics", "approve", bus])
            #expect(early.complaint.contains("has no title yet"))
            let renamed = try await server.command(["topics", "rename", plant, "Mixing plant"])
            #expect(renamed.status == 0 && renamed.errors.contains("is called Mixing plant"), "\(renamed.errors)")
            #expect(renamed.errors.contains("chorus topics undo "))
            let again = try await server.command(["topics", "rename", plant, "Mixing plant"])
            #expect(again.status == 0 && again.errors.contains("Nothing changed"), "\(again.errors)")
            while try await !server.command(["topics", "list"]).output.contains("Mixing plant") {}
            let approved = try await server.command(["topics", "approve", plant])
            #expect(approved.errors.contains("Everybody may see the title of \(plant) now: Mixing plant"))
            while try await !server.command(["topics", "list"]).output.contains("Mixing plant *") {}
        }
    }

    @Test(.timeLimit(.minutes(2))) func mergesSplitsMovesAndTakesItBack() async throws {
        try await withTopics { server, plant, bus in
            let merged = try await server.command(["topics", "merge", bus, "--into", plant, "--json"])
            let merge = try operation(merged)
            _ = try await topics(server) { $0 == [9] }
            let ended = try await server.command(["topics", "rename", bus, "Bus"])
            #expect(ended.status == 1 && ended.complaint.contains("the server refuses: "), "\(ended.errors)")
            let undone = try await server.command(["topics", "undo", merge])
            #expect(undone.status == 0 && undone.errors.contains("Operation \(merge) counts no longer"))
            _ = try await topics(server) { $0 == [6, 3] }

            let shown = try await server.command(["topics", "show", plant, "--json"])
            let ids = try JSONValue.parse(shown.output)["demandsShown"]?.array?.compactMap { $0["id"]?.string } ?? []
            let split = try operation(
                try await server.command(["topics", "split", plant] + ids.prefix(2) + ["--json"])
            )
            _ = try await topics(server) { $0.sorted() == [2, 3, 4] }
            let moved = try await server.command(["topics", "move", ids[2], "--to", "s\(split)"])
            #expect(moved.status == 0 && moved.errors.contains("Moved to s\(split)."), "\(moved.errors)")
            _ = try await topics(server) { $0 == [3, 3, 3] }
            let stands = try await server.command(["topics", "undo", split])
            #expect(stands.status == 1 && stands.complaint.contains("review.topic_operations"), "\(stands.errors)")
        }
    }

    @Test func saysWhatIsWrong() async throws {
        let installation = try await Installation.onDatabase()
        try await Server.with(installation) { server in
            let cases: [([String], String)] = [
                (["topics", "show", "t9"], "there is no topic t9"),
                (["topics", "show", "../models"], "there is no topic ../models"),
                (["topics", "rename", "t9", "A"], "the server refuses: "),
                (["topics", "merge", "x", "--into", "t1"], "from: must be names of topics"),
                (["topics", "split", "t1", "x"], "demands: x is no demand of a topic"),
                (["topics", "move", "x", "--to", "t1"], "there is no demand x"),
                (["topics", "undo", "7"], "the server refuses: "),
                (["topics", "list", "--limit", "0"], "limit"),
                (["topics", "list", "--key", "wrong"], "does not know the key"),
                (["topics", "list", "--url", "http://127.0.0.1:9"], "does `chorus serve` run there?"),
            ]
            for (arguments, words) in cases {
                let ended = try await server.command(arguments)
                #expect(ended.status == 1 && ended.complaint.contains(words), "\(arguments): \(ended.errors)")
            }
            let key = try await server.command(["keys", "create", "--name", "desk", "--scope", "collector"])
            let forbidden = try await server.command(["topics", "list", "--key", key.output.trimmed])
            #expect(forbidden.complaint.contains("needs the scope reviewer"), "\(forbidden.errors)")
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
