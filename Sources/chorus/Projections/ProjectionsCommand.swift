import ArgumentParser
import EventLog
import Foundation
import JSONText
import Postgres
import Projectors

struct ProjectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projections",
        abstract: "Look after the read models that the SQL views show.",
        subcommands: [Status.self, RebuildCommand.self]
    )

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how far each read model has come in each tenant's log.",
            discussion: """
                LAG is how many events are still to be read; PARKED counts streams that could not be read on, which \
                should be 0.

                Examples:
                  chorus projections status
                  chorus projections status --json
                """
        )

        @Flag(help: "Print one JSON object a line.")
        var json = false

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try await Settings.load(common)
            try await Database.with(settings) { database in
                try await database.withOperators { pool in
                    let statuses = try await ProjectionStatus.read(from: pool)
                    if json {
                        for status in statuses { Console.result(Self.line(status)) }
                    } else {
                        Table(["PROJECTOR", "VERSION", "GENERATION", "STATE", "TENANT", "POSITION", "LAG", "PARKED"])
                            .show(
                                statuses.map {
                                    [
                                        $0.projector, "\($0.version)", "\($0.generation)", $0.state, $0.tenant,
                                        "\($0.position)", "\($0.lag)", "\($0.parkedStreams)",
                                    ]
                                }
                            )
                    }
                }
            }
        }

        private static func line(_ status: ProjectionStatus) -> String {
            let bytes = JSONWriter.object { json in
                json.field("projector", status.projector)
                json.field("version", status.version)
                json.field("generation", Int(status.generation))
                json.field("state", status.state)
                json.field("tenant", status.tenant)
                json.field("position", status.position)
                json.field("head", status.head)
                json.field("lag", status.lag)
                json.field("parkedStreams", status.parkedStreams)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    struct RebuildCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rebuild",
            abstract: "Build read models again from the log, compare them with the live ones, and switch.",
            discussion: """
                Readers go on meanwhile. Says for each whether the new one equals the old one, row by row; ends with \
                status 1 when one does not.

                Examples:
                  chorus projections rebuild --all
                  chorus projections rebuild demand_board
                """
        )

        @Argument(help: "Names, as `chorus projections status` shows them.")
        var names: [String] = []

        @Flag(help: "All of them.")
        var all = false

        @OptionGroup var common: CommonOptions

        func run() async throws {
            let projectors = AllProjectors.make()
            let known = projectors.map(\.name)
            for name in names where !known.contains(name) {
                throw Complaint("\(name) is not a read model; there are: \(known.joined(separator: ", "))")
            }
            guard all != !names.isEmpty else {
                throw Complaint("name the read models to rebuild, or all of them with --all")
            }
            let settings = try await Settings.load(common)
            let differs = try await Database.with(settings) { database in
                var differs = false
                try await database.rebuild(projectors.filter { all || names.contains($0.name) }) { outcome in
                    Console.result(Self.words(outcome))
                    differs = differs || outcome.differences?.isEmpty == false
                }
                return differs
            }
            if differs { throw ExitCode.failure }
        }

        private static func words(_ outcome: Rebuild.Outcome) -> String {
            let head = "\(outcome.projector): generation \(outcome.generation) is live"
            guard let differences = outcome.differences else {
                return "\(head); another version built the old one, so they were not compared"
            }
            if differences.isEmpty { return "\(head), equal to the old one" }
            let tables = differences.sorted { $0.key < $1.key }.map { "\($0.value) rows of \($0.key)" }
            return "\(head), NOT equal to the old one: \(tables.joined(separator: ", ")) differ"
        }
    }
}
