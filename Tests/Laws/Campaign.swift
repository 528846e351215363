import ArgumentParser
import Foundation
import ProjectionLaws

/// Trials one after the other, each with a seed of its own.
struct Campaign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Judge many histories (the default).")

    @Option(help: "Histories in all.")
    var histories = 20

    @Option(help: "Commands tried on each of the two tenants of a history.")
    var steps = 400

    @Option(help: "Of the first history; the next ones have the numbers behind it.")
    var seed = UInt64.random(in: 1...999_999)

    @Flag(help: "Instead, let a stand-in break each law: its faults must be found.")
    var controls = false

    func validate() throws {
        guard histories > 0, steps > 0 else { throw ValidationError("--histories and --steps must be at least 1") }
    }

    func run() async throws {
        let isSound = controls ? try await findFaults() : try await judgeHistories()
        if !isSound { throw ExitCode.failure }
    }

    private func judgeHistories() async throws -> Bool {
        var broken = 0
        for number in 0..<histories {
            let seed = self.seed &+ UInt64(number)
            let history = History.random(seed: seed, steps: steps)
            let begun = ContinuousClock.now
            let findings = try await LawTrial(seed: seed, steps: steps, program: program()).run()
            let seconds = Int((ContinuousClock.now - begun).components.seconds)
            print(
                "seed \(seed): \(history.count) events, \(seconds) s, \(findings.isEmpty ? "all laws hold" : "BROKEN")"
            )
            for finding in findings { print("  \(finding)") }
            if !findings.isEmpty { broken += 1 }
        }
        print("\(histories) histories, \(broken) of them broke a law")
        return broken == 0
    }

    private func findFaults() async throws -> Bool {
        var isSound = true
        for fault in StandIn.Fault.allCases {
            let findings = try await LawTrial(seed: seed, steps: steps, fault: fault, program: program()).run()
            let isRight = findings.isEmpty == (fault == .none)
            print("stand-in with fault \(fault): \(findings.count) findings\(isRight ? "" : ", which is WRONG")")
            isSound = isSound && isRight
        }
        return isSound
    }

    private func program() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}
