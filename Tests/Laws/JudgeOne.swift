import ArgumentParser
import EventLog
import ProjectionLaws

/// Judges one history in this process; the campaign starts it.
struct JudgeOne: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Judge one history in a database that holds it; prints a digest of every table and view.",
        shouldDisplay: false
    )

    @Option var seed: UInt64
    @Option var steps: Int
    @Option var database: String
    @Option var fault: String?
    @Option var law: [String] = []

    func run() async throws {
        let history = History.random(seed: seed, steps: steps)
        print("history\t\(history.count)\t\(history.digest)")
        let judge = try Judge(
            template: database,
            history: history,
            files: SchemaFiles.find(),
            fault: fault.flatMap(StandIn.Fault.init(rawValue:))
        )
        try await judge.judge(Law.all.filter { law.contains($0.name) }) { verdict in
            for line in verdict.rows.digests { print("\(verdict.law)\t\(line)") }
            for finding in verdict.findings { print("BROKEN\t\(verdict.law): \(finding.prefix(1_500))") }
        }
        print("judged")
    }
}
