import ArgumentParser
import Foundation
import JSONText

struct RoutingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routing",
        abstract: "See and publish who is responsible for which demands, and by when an answer is due.",
        subcommands: [Show.self, Publish.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the rules that hold now, or those of an older version.",
            discussion: """
                `--json` prints what `publish` takes, once version, position and publishedAt are taken out.

                Examples:
                  chorus routing show
                  chorus routing show --of-version 1 --json
                """
        )

        @Option(help: "The version; without it the one that holds.")
        var ofVersion: Int?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try await server.client()
            let asked = try await client.get(["routing"], [("version", ofVersion.map { "\($0)" })])
            let answer = try asked.accepted(
                from: client.url,
                scopes: "admin, author or reviewer",
                missing: ofVersion.map { "the routing has no version \($0)" }
                    ?? "no routing was published yet: chorus routing publish FILE.json"
            )
            if server.json { return Console.result(asked.text) }
            Console.note("Version \(answer["version"]?.int ?? 0) of \(answer["publishedAt"]?.string ?? "")")
            let routes = answer["routes"]?.array ?? []
            Table(["CATEGORY", "KIND", "GROUP", "PLACE", "RESPONSIBLE", "STEWARD", "URGENT"]).show(
                routes.map { rule in
                    Self.pattern(rule) + [
                        rule["responsible"]?.string ?? "", rule["steward"]?.string ?? "", Self.urgent(rule),
                    ]
                }
            )
            let deadlines = answer["deadlines"]?.array ?? []
            if !deadlines.isEmpty {
                Console.result("")
                Table(["CATEGORY", "KIND", "GROUP", "PLACE", "HOURS", "URGENT"]).show(
                    deadlines.map { Self.pattern($0) + ["\($0["hours"]?.int ?? 0)", Self.urgent($0)] }
                )
            }
            let readers = (answer["reportReaders"]?.array ?? []).compactMap(\.string)
            Console.note("Readers of reports: \(readers.isEmpty ? "administrators" : readers.joined(separator: ", "))")
        }

        /// What is not said fits everything.
        private static func pattern(_ rule: JSONValue) -> [String] {
            ["category", "kind", "group", "place"].map { rule[$0]?.string ?? "*" }
        }

        private static func urgent(_ rule: JSONValue) -> String { rule["urgent"]?.bool == true ? "urgent" : "" }
    }

    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publish the rules of a JSON file as the tenant's next version.",
            discussion: """
                The file is one object: "routes" (each with "responsible", and if you like "category", "kind", "group", \
                "place", "steward", "urgent"), "deadlines" (the same, with "hours") and "reportReaders" (ids of keys). It \
                replaces all rules; demands that nobody has taken up are routed anew. Every mistake is shown, and then \
                nothing is published. The same file again changes nothing.

                Example:
                  chorus routing publish routing.json
                """
        )

        @Argument(help: "The .json file.")
        var file: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw Complaint("\(file) cannot be read")
            }
            let client = try await server.client()
            let answer = try await client.post(["routing"], [UInt8](data), within: .minutes(2))
            guard [200, 201, 400, 413, 422].contains(answer.status) else {
                _ = try answer.accepted(from: client.url, scopes: "admin or author")
                return
            }
            if server.json { Console.result(answer.text) }
            guard answer.status < 300 else {
                for error in answer.body["errors"]?.array ?? [] {
                    Console.note("  \(error["pointer"]?.string ?? ""): \(error["detail"]?.string ?? "")")
                }
                Console.complain("\(file): \(answer.body["detail"]?.string ?? "the server refuses the file")")
                throw ExitCode.failure
            }
            let version = answer.body["version"]?.int ?? 0
            Console.note(
                answer.body["isNew"]?.bool == true
                    ? "Published version \(version)."
                    : "Version \(version) has these rules already; nothing was changed."
            )
        }
    }
}
