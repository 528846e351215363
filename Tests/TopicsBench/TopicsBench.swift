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
            the rest stand alone. Rates are by processor time, of one thread. Ends with status 1 when the last tenth is slower than --least, or more memory was used \
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
            var spent = 0.0
            let from = finder.count
            for number in from..<(demands * tenth / 10) {
                let (subject, detail) = source.next()
                let start = Self.processorTime()
                let sketch = maker.sketch(subject: subject, detail: detail)
                let ready = Self.processorTime()
                if finder.place(sketch, position: Int64(number)).isNew { topics += 1 }
                spent += Self.processorTime() - (finderOnly ? ready : start)
            }
            rates.append(Double(finder.count - from) / spent)
            print("\(finder.count)  \(Int(rates[tenth - 1]))  \(topics)  \(Self.peakMegabytes())")
        }
        let last = Int(rates[9])
        let peak = Self.peakMegabytes()
        print("last tenth against first: \(Int((rates[9] / rates[0] * 100).rounded())) %")
        guard last >= least, peak <= memory else {
            throw ValidationError("asked were \(least) demands a second and \(memory) MB; measured \(last) and \(peak)")
        }
    }

    /// Seconds that this process has kept a processor busy: what else the machine does is not in it.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
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
