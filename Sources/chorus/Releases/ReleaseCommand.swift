import ArgumentParser
import Demands
import EventLog
import EventSourcing
import Foundation
import Projectors

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Publish everything so far to the analysts' views.",
        discussion: """
            Analysts see the last release, never live numbers. The server makes releases by itself when enough people \
            have spoken, or were answered, or judged their answer, at most once an hour; this makes one now. It is refused \
            when all of that concerns fewer than k people since the last one, because the difference would point at them.

            Examples:
              chorus release
              chorus release --tenant north
            """
    )

    @Option(help: "The tenant's code.")
    var tenant = "default"

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try await Settings.load(common)
        try await Database.with(settings) { database in
            let published = try await database.release(tenant: tenant)
            Console.result("Published release \(published.release) at position \(published.position).")
        }
    }
}

extension Database {
    /// Publishes a tenant's numbers and waits until the views show them.
    ///
    /// Reads the log on for the projectors itself, so that it works with and without a running server; the checkpoints
    /// keep the two out of each other's way.
    /// - Throws: `ReleaseRejection` when it would concern too few people.
    func release(tenant code: String) async throws -> Releaser.PublishedRelease {
        try await withServing(size: 3) { pool in
            let record = try await tenant(code, from: pool)
            let store = PostgresEventStore(pool: pool)
            let progress = ProjectionProgress(pool: pool)
            let engine = ProjectionEngine(
                projectors: AllProjectors.make(),
                pool: pool,
                files: files,
                signal: LogSignal(),
                progress: progress,
                logger: settings.logger
            )
            let releaser = Releaser(
                store: store,
                tenants: TenantDirectory(pool: pool),
                reads: pool,
                progress: progress,
                now: { Timestamp(microsecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000_000)) },
                logger: settings.logger
            )
            while try await engine.round() {}
            let published = try await releaser.release(record, reason: .manual)
            while try await engine.round() {}
            guard try await progress.wait(for: published.position, tenant: record.id, upTo: .seconds(60)) else {
                throw Complaint(
                    "release \(published.release) is made, but the views do not show it yet; see chorus projections status"
                )
            }
            return published
        }
    }
}
