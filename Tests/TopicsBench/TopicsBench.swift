import ArgumentParser
import Foundation
import Topics

/// How fast a demand is placed when very many are there already, and in how much memory.
@main
struct TopicsBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chorus-topics-bench",
        abstract: "Place made-up demands and print the rate of each tenth, and the memory.",
        discussion: """
            The demands are made from a seed, always the same: half of them ask for one of many wants in words that vary, \
            the rest stand alone. Ends with status 1 when the last tenth is slower than --least, or more memory was used \
            than --memory.
            """
    )

    @Option(help: "How many demands.")
    var demands = 1_000_000

    @Option(help: "The least demands a second in the last tenth.")
    var least = 2_000

    @Option(help: "The most memory, in MB.")
    var memory = 1_000

    @Flag(help: "Leave out the making of sketches: only the finder is timed.")
    var finderOnly = false

    func run() throws {
        guard demands >= 10 else { throw ValidationError("--demands takes a number from 10 on") }
        let maker = SketchMaker(key: 0)
        var finder = TopicFinder(maker: maker)
        var source = MadeUpDemands()
        var rates: [Double] = []
        var topics = 0
        print("DEMANDS  PER-SECOND  TOPICS  MEMORY-MB")
        for tenth in 1...10 {
            var spent = Duration.zero
            let from = finder.count
            for number in from..<(demands * tenth / 10) {
                let (subject, detail) = source.next()
                var sketch: DemandSketch
                let clock = ContinuousClock()
                if finderOnly {
                    sketch = maker.sketch(subject: subject, detail: detail)
                    spent += clock.measure { if finder.place(sketch, position: Int64(number)).isNew { topics += 1 } }
                } else {
                    spent += clock.measure {
                        sketch = maker.sketch(subject: subject, detail: detail)
                        if finder.place(sketch, position: Int64(number)).isNew { topics += 1 }
                    }
                }
            }
            let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
            rates.append(Double(finder.count - from) / seconds)
            print("\(finder.count)  \(Int(rates[tenth - 1]))  \(topics)  \(Self.peakMegabytes())")
        }
        let last = Int(rates[9])
        let peak = Self.peakMegabytes()
        print("last tenth against first: \(Int((rates[9] / rates[0] * 100).rounded())) %")
        guard last >= least, peak <= memory else {
            throw ValidationError("asked were \(least) demands a second and \(memory) MB; measured \(last) and \(peak)")
        }
    }

    /// The most memory that this process has had, as the kernel counts it.
    private static func peakMegabytes() -> Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
        for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
            return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 / 1_024 } ?? 0
        }
        return 0
    }
}
