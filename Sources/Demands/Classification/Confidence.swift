import JSONText

/// How sure a method is of what it says, from 0 to 1 in steps of a ten-thousandth.
///
/// Kept as an integer, so that a recorded one reads back as the same and is compared without rounding.
package struct Confidence: Sendable, Hashable, Comparable {
    /// From 0 to 10,000.
    package let tenThousandths: Int

    /// Nil when it is not from 0 to 10,000.
    package init?(tenThousandths: Int) {
        guard (0...10_000).contains(tenThousandths) else { return nil }
        self.tenThousandths = tenThousandths
    }

    /// The nearest step; what lies outside 0 to 1, or is no number, becomes the nearer end.
    package init(_ probability: Double) {
        tenThousandths = probability.isNaN ? 0 : Int((min(max(probability, 0), 1) * 10_000).rounded())
    }

    /// Reads a literal such as `0.8`, `0.9312`, `1`; nil for anything that is no number from 0 to 1 with at most four
    /// decimals.
    package init?(literal: some StringProtocol) {
        let parts = literal.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, whole == "0" || whole == "1", parts.count <= 2 else { return nil }
        var value = whole == "1" ? 10_000 : 0
        if parts.count == 2 {
            let decimals = parts[1].utf8
            guard (1...4).contains(decimals.count), decimals.allSatisfy({ (48...57).contains($0) }) else { return nil }
            var step = 1_000
            for digit in decimals {
                value += Int(digit - 48) * step
                step /= 10
            }
        }
        self.init(tenThousandths: value)
    }

    package static func < (left: Confidence, right: Confidence) -> Bool {
        left.tenThousandths < right.tenThousandths
    }
}

extension Confidence: CustomStringConvertible {
    /// With four decimals: `0.9312`.
    package var description: String {
        let decimals = String(tenThousandths % 10_000)
        return "\(tenThousandths / 10_000)." + String(repeating: "0", count: 4 - decimals.count) + decimals
    }
}

extension Confidence: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.raw(json: description.utf8)
    }
}
