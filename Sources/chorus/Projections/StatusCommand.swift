import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle

/// `chorus projections status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how far each read model has come in each tenant's log, and which of them stand still.",
        discussion: """
            LAG is how many events are still to be read, BEHIND the age of the oldest of them, RATE events a second as \
            measured for --sample seconds. PARKED counts streams of which an event could not be read, LEFT-OUT the events \
            that no figure holds therefore, those that were skipped included; both should be 0.

            Ends with status 1 when a read model stands still: not moved for more than 30 s, with something to read for as \
            long. Then it says which and why. With --watch it goes on until Ctrl-C.

            Examples:
              chorus projections status
              chorus projections status --watch
              chorus projections status --json --sample 0
            """
    )

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @Flag(help: "Show it again every --sample seconds, 2 unless given, until interrupted.")
    var watch = false

    @Option(help: ArgumentHelp("How long the rate is measured; 0: not at all.", valueName: "seconds"))
    var sample: Double?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let seconds = sample ?? (watch ? 2 : 1)
        guard (0...3600).contains(seconds), !watch || seconds > 0 else {
            throw Complaint("--sample takes seconds, at most 3600, and more than 0 with --watch")
        }
        let settings = try await Settings.load(common)
        let standing = try await Database.with(settings) { database in
            try await database.withOperators { pool in
                guard watch else {
                    let look = try await StatusLook.take(from: pool, sample: seconds)
                    show(look)
                    return look.standing
                }
                try await Watching(logger: settings.logger) {
                    let look = try await StatusLook.take(from: pool, sample: seconds)
                    // A terminal is redrawn from the top; anything else gets one table after the other.
                    if !json, isatty(STDOUT_FILENO) == 1 { Console.redraw() }
                    show(look)
                    for words in look.standing { Console.complain(words) }
                }.untilInterrupted()
                return []
            }
        }
        for words in standing { Console.complain(words) }
        if !standing.isEmpty { throw ExitCode.failure }
    }

    private func show(_ look: StatusLook) {
        if json {
            for line in look.json { Console.result(line) }
        } else {
            for line in look.table { Console.result(line) }
        }
    }
}

/// Does something again and again until SIGINT or SIGTERM, and ends in order then.
struct Watching: Service {
    let logger: Logger
    let body: @Sendable () async throws -> Void

    init(logger: Logger, _ body: @escaping @Sendable () async throws -> Void) {
        self.logger = logger
        self.body = body
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await body()
                } catch {
                    if Task.isCancelled { return }
                    throw error
                }
            }
        }
    }

    func untilInterrupted() async throws {
        let configuration = ServiceGroupConfiguration(
            services: [
                .init(
                    service: self,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup
                )
            ],
            gracefulShutdownSignals: [.sigint, .sigterm],
            logger: logger
        )
        try await ServiceGroup(configuration: configuration).run()
    }
}
