import Foundation
import JSONText
import Synchronization

/// What a command found, as one line of JSON on stdout.
enum Report {
    static func write(_ body: (inout JSONWriter) -> Void) {
        print(String(decoding: JSONWriter.object(body), as: UTF8.self))
    }
}

/// Says on stderr how far it is, twenty times.
final class ProgressLine: Sendable {
    private let total: Int
    private let step: Int

    init(total: Int) {
        self.total = total
        step = max(1, total / 20)
    }

    func show(_ count: Int) {
        guard count % step == 0 else { return }
        FileHandle.standardError.write(Data("  \(count) of \(total)\n".utf8))
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
    var milliseconds: Double { seconds * 1_000 }
}

/// Durations of which parts are asked for.
struct Percentiles {
    private let sorted: [Duration]

    init(_ values: [Duration]) {
        sorted = values.sorted()
    }

    /// Writes p50, p95, p99, p99.9 and the largest, in milliseconds.
    func write(to json: inout JSONWriter) {
        json.field("count", sorted.count)
        for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999), ("max", 1.0)] {
            json.field(name, at(share).milliseconds)
        }
    }

    /// The smallest value that a share of all values do not exceed; zero of none.
    func at(_ share: Double) -> Duration {
        guard !sorted.isEmpty else { return .zero }
        let place = Int((Double(sorted.count) * share).rounded(.up)) - 1
        return sorted[min(max(place, 0), sorted.count - 1)]
    }
}
