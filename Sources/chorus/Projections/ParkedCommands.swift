import ArgumentParser
import EventLog
import Foundation
import JSONText
import Postgres
import Projectors

/// `chorus projections parked`.
struct ParkedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parked",
        abstract: "List the streams that read models could not read on, and why.",
        discussion: """
            An event that cannot be read parks its stream with everything later of it; all other streams go on. When the \
            cause is gone: retry. When it will never be: skip.

            Example:
              chorus projections parked
            """
    )

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try await Settings.load(common)
        try await Database.with(settings) { database in
            try await database.withOperators { pool in
                let tenants = try await TenantDirectory(pool: pool).all()
                for projector in AllProjectors.make() {
                    for parked in try await ParkedStream.all(of: projector.name, from: pool) {
                        let tenant = tenants.first { $0.id == parked.tenant }?.code ?? "\(parked.tenant)"
                        Console.result(json ? Self.json(parked, tenant) : Self.words(parked, tenant))
                    }
                }
            }
        }
    }

    private static func words(_ parked: ParkedStream, _ tenant: String) -> String {
        "\(parked.projector)  \(tenant)  \(parked.stream)  at position \(parked.position): \(parked.reason)"
            + (parked.waitsForRebuild ? " (skipped; comes back with the next generation)" : "")
    }

    private static func json(_ parked: ParkedStream, _ tenant: String) -> String {
        let bytes = JSONWriter.object { json in
            json.field("projector", parked.projector)
            json.field("tenant", tenant)
            json.field("stream", parked.stream.description)
            json.field("position", parked.position)
            json.field("reason", parked.reason)
            json.field("waitsForRebuild", parked.waitsForRebuild)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// `chorus projections retry`.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Read parked streams on, now that what kept them from being read is gone.",
        discussion: """
            Reads each from the event that could not be read up to where the read model stands, behind everything else. \
            Where the rows would then be others than in their place (a release was published in between), it says so: \
            rebuild. Each retry is recorded with who and when.

            Examples:
              chorus projections retry demand_board
              chorus projections retry demand_board --stream feedback-5f0c2b52-8b1e-8d3a-9c61-0f7c5f2c9a10
            """
    )

    @Argument(help: "The read model, as `chorus projections parked` shows it.")
    var projector: String

    @Option(help: "One stream; all that are parked unless given.")
    var stream: String?

    @Option(help: "One tenant's only.")
    var tenant: String?

    @Option(help: "Kept with the record.")
    var reason = ""

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await Deciding(projector: projector, stream: stream, tenant: tenant, common: common).run {
            try await $0.retry($1, $2.stream.id, tenant: $2.tenant, reason: reason, by: Deciding.operatorName)
        }
    }
}

/// `chorus projections skip`.
struct SkipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Leave the event that parked a stream out of a read model for good.",
        discussion: """
            What is later of the stream is read: at once, or by the next rebuild where a release was published in between. \
            Every later generation leaves the same event out. The decision is recorded with who, when and why, and the \
            event stays counted among those left out. There is no way back.

            Example:
              chorus projections skip demand_board --stream feedback-5f0c2b52-8b1e-8d3a-9c61-0f7c5f2c9a10 \
            --reason "written by hand on 3 May, has no demand"
            """
    )

    @Argument(help: "The read model, as `chorus projections parked` shows it.")
    var projector: String

    @Option(help: "The stream.")
    var stream: String

    @Option(help: "Its tenant, should several have such a stream.")
    var tenant: String?

    @Option(help: "Why; kept with the record.")
    var reason: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let words = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !words.isEmpty else { throw Complaint("--reason must say why: whoever reads the figures later will ask") }
        try await Deciding(projector: projector, stream: stream, tenant: tenant, common: common).run {
            try await $0.skip($1, $2.stream.id, tenant: $2.tenant, reason: words, by: Deciding.operatorName)
        }
    }
}
