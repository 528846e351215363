import ArgumentParser
import EmbeddedPostgres
import EventLog
import EventSourcing
import Foundation
import LogTailing
import Logging
import Postgres
import TestSupport

/// Writers append while a reader follows by position: it must get every event once. `scripts/skip-test` runs it.
@main
struct SkipTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chorus-skip-test",
        abstract: "Append through the real road while a reader follows the log: it must skip nothing.",
        discussion: """
            Rollbacks, refusals, slow commits and a long foreign transaction go on meanwhile. Afterwards the same on a \
            table whose positions come from a plain sequence, where the reader does skip: the control. Starts a \
            PostgreSQL of its own, or makes and drops a database in that of DATABASE_URL (a superuser's). Exit status \
            1: an event was skipped or came twice, or the control skipped nothing.
            """
    )

    @Option(help: "Events in all.")
    var events = 1_000_000

    @Option(help: "Writers at once.")
    var writers = 16

    @Option(help: "Stores that the writers share, each with connections of its own.")
    var nodes = 4

    @Option(help: "Repeats what is written.")
    var seed = UInt64.random(in: 1...999_999)

    @Flag(help: "The figures as one line of JSON.")
    var json = false

    func validate() throws {
        guard events > 0, writers > 0, nodes > 0 else {
            throw ValidationError("--events, --writers and --nodes must be at least 1")
        }
    }

    func run() async throws {
        let plan = TailingPlan(events: events, writers: writers, nodes: nodes, seed: seed)
        let (ours, naive) = try await TrialDatabase.with { connectionString, tenant in
            let ours = try await TailTheEventLog(plan, connectionString: connectionString, tenant: tenant)
                .run(allowsVolatile: false, progress: progress("the log"))
            let naive = try await TailAPlainSequence(plan, connectionString: connectionString)
                .run(progress: progress("plain sequence"))
            return (ours, naive)
        }
        let report = SkipReport(plan: plan, ours: ours, naive: naive)
        print(json ? report.json : report.text)
        if !report.isSound { throw ExitCode.failure }
    }

    /// Says on stderr how far the reader is, twenty times.
    private func progress(_ what: String) -> @Sendable (Int) -> Void {
        let step = max(1, events / 20)
        let line = ProgressLine(step: step)
        let total = events
        return { seen in
            guard line.isDue(seen) else { return }
            FileHandle.standardError.write(Data("\(what): the reader has \(seen) of \(total)\n".utf8))
        }
    }
}
