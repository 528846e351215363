import Foundation
import JSONText
import Testing

/// Models of a running server, at the prompt.
@Suite(.timeLimit(.minutes(5))) struct TrainOnAServer {
    private static let wordings = [
        ("roads", ["the street lamps are dark", "a pothole in the road", "the crossing has no light"]),
        ("parks", ["the lawn is dry", "no bench in the park", "the playground is broken"]),
    ]

    /// 80 labelled messages of 10 people.
    private static let messages = wordings.flatMap { category, wordings in
        (0..<40).map { number in
            let words = "\(wordings[number % 3]), number \(number)"
            return
                #"{"text":"\#(words)","category":"\#(category)","id":"\#(category)\#(number)","user":"u\#(number % 10)"}"#
        }
    }

    @Test(.timeLimit(.minutes(3))) func fromLabelsToUseAndOutOfIt() async throws {
        let installation = try await Installation.onDatabase()
        let file = try installation.file("messages.ndjson", Self.messages.joined(separator: "\n"))
        try await Server.with(installation) { server in
            let none = try await server.command(["models", "list"])
            #expect(none.status == 0 && none.errors.contains("No model yet"), "\(none.errors)")
            let early = try await server.command(["models", "train", "--target", "category"])
            #expect(early.status == 1 && early.complaint.contains("a model needs at least"), "\(early.errors)")

            let imported = try await server.command([
                "import", "feedback", file, "--map", "text=text,externalId=id,personRef=user,category=category",
                "--set",
                "source=test",
            ])
            #expect(imported.status == 0, "\(imported.errors)")
            // Labels are read from the demand board, which follows the log.
            var trained = try await server.command(["models", "train", "--target", "category"])
            while trained.complaint.contains("a model needs at least") {
                trained = try await server.command(["models", "train", "--target", "category"])
            }
            #expect(trained.status == 0, "\(trained.errors)")
            #expect(trained.errors.contains("training on \(server.url)"))
            #expect(trained.errors.contains("Model 1 is kept. To let it classify: chorus models activate 1"))

            let unused = try await server.command(["models", "deactivate", "1"])
            #expect(unused.status == 1 && unused.complaint.contains("`chorus models list` shows which is"))
            let used = try await server.command(["models", "activate", "1", "--threshold", "0.6"])
            #expect(used.status == 0 && used.errors.contains("Model 1 classifies now"), "\(used.errors)")
            let listed = try await server.command(["models", "list"])
            let row = try #require(listed.output.split(separator: "\n").dropFirst().first)
            #expect(row.split(separator: " ").prefix(4) == ["1", "category", "active", "0.6"], "\(row)")
            let ended = try await server.command(["models", "deactivate", "1"])
            #expect(ended.status == 0 && ended.errors.contains("Model 1 is out of use"), "\(ended.errors)")
            let beside = try await server.command(["models", "attempt", "1", "--threshold", "0.5", "--json"])
            #expect(try JSONValue.parse(beside.output)["status"]?.string == "beside")
        }
    }

    @Test func saysWhatIsWrong() async throws {
        let installation = try await Installation.onDatabase()
        try await Server.with(installation) { server in
            let cases: [([String], String)] = [
                (["models", "activate", "4", "--threshold", "0.6"], "there is no model 4"),
                (["models", "attempt", "4", "--threshold", "0.6"], "there is no model 4"),
                (["models", "deactivate", "4"], "there is no model 4"),
                (["models", "train", "--target", "kind", "--minimum-people", "1"], "minimumPeople: "),
                (["models", "list", "--key", "wrong"], "does not know the key"),
            ]
            for (arguments, words) in cases {
                let ended = try await server.command(arguments)
                #expect(ended.status == 1 && ended.complaint.contains(words), "\(arguments): \(ended.errors)")
            }
            let wish = try await server.command(["models", "train", "--target", "wish"])
            #expect(wish.status == 64 && wish.errors.contains("category"), "\(wish.errors)")
        }
    }
}
