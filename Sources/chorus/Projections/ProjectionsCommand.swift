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
        subcommands: [Status.self, RebuildCommand.self, SwitchCommand.self, DropCommand.self]
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
}
