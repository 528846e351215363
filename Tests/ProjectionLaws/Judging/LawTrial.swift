import EmbeddedPostgres
import EventLog
import Foundation
import TestSupport

/// One history, judged by several processes at once: two whose hash seeds are random, one whose is fixed.
///
/// Swift seeds its hashing anew in each process: an order that comes from a Set or a Dictionary differs between them.
package struct LawTrial: Sendable {
    package let seed: UInt64
    package let steps: Int
    package let fault: StandIn.Fault?
    /// Judged besides projecting in one go.
    package let laws: [Law]
    /// Path of `chorus-laws`.
    let program: String

    package init(
        seed: UInt64,
        steps: Int,
        fault: StandIn.Fault? = nil,
        laws: [Law] = Law.all,
        program: String
    ) {
        self.seed = seed
        self.steps = steps
        self.fault = fault
        self.laws = laws
        self.program = program
    }

    /// What is wrong; empty: all laws hold, and all processes came to the same bytes.
    package func run() async throws -> [String] {
        let folder = URL(fileURLWithPath: try TestPostgres.temporaryFolder()).appendingPathComponent("laws-\(UUID())")
        let files = try StandIn.files(beside: SchemaFiles.find(), in: folder)
        let history = History.random(seed: seed, steps: steps)
        let template = try await TestPostgres.connectionString()
        try await LawTemplate.fill(
            template,
            with: history,
            files: files,
            projectors: Judge.projectors(with: fault)
        )
        let results = try await withThrowingTaskGroup(of: (String, Command.Result).self) { group in
            for hashing in ["random", "random again", "fixed"] {
                group.addTask { (hashing, try await judge(template, files, isFixed: hashing == "fixed").run()) }
            }
            var results: [String: Command.Result] = [:]
            for try await (hashing, result) in group { results[hashing] = result }
            return results
        }
        try await LawServer(template: template).drop()
        try FileManager.default.removeItem(at: folder)
        return findings(results)
    }

    private func judge(_ template: String, _ files: SchemaFiles, isFixed: Bool) -> Command {
        Command(
            "/usr/bin/env",
            (isFixed ? ["SWIFT_DETERMINISTIC_HASHING=1"] : ["--unset=SWIFT_DETERMINISTIC_HASHING"])
                + [
                    "CHORUS_SCHEMA=\(files.folder.path)", program, "judge", "--seed=\(seed)", "--steps=\(steps)",
                    "--database=\(template)",
                ]
                + (fault.map { ["--fault=\($0.rawValue)"] } ?? []) + laws.map { "--law=\($0.name)" }
        )
    }

    private func findings(_ results: [String: Command.Result]) -> [String] {
        var findings: [String] = []
        for (hashing, result) in results.sorted(by: { $0.key < $1.key }) {
            let broken = result.output.split(separator: "\n").filter { $0.hasPrefix("BROKEN") }
            findings += broken.prefix(5).map { "with \(hashing) hashing: \($0)" }
            if broken.count > 5 { findings.append("with \(hashing) hashing: and \(broken.count - 5) more") }
            if !result.output.hasSuffix("judged\n") {
                // What it said besides its digests: an error, or where it crashed.
                let words = result.output.split(separator: "\n").filter { !$0.contains("\t") }.prefix(30)
                findings.append("with \(hashing) hashing, status \(result.status): \(words.joined(separator: "\n"))")
            }
        }
        let outputs = results.sorted { $0.key < $1.key }.map { ($0.key, $0.value.output.split(separator: "\n")) }
        guard let (first, expected) = outputs.first else { return ["nobody judged"] }
        for (hashing, lines) in outputs.dropFirst() where lines != expected {
            let line = zip(expected, lines).first { $0 != $1 }
            let (ours, theirs) = (line?.0 ?? "nothing more", line?.1 ?? "nothing more")
            findings.append("processes differ: \(ours) with \(first), \(theirs) with \(hashing) hashing")
        }
        return findings
    }
}
