import EventLog

/// What links an answer to the log: 16 bytes, written as 32 hexadecimal digits (W3C Trace Context).
struct TraceID: Sendable, Hashable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// The trace id of a `traceparent` header; a random one when there is none that can be read.
    init(traceparent: String? = nil) {
        if let traceparent, let (high, low) = Self.read(traceparent) {
            self.high = high
            self.low = low
        } else {
            var generator = SystemRandomNumberGenerator()
            high = generator.next()
            low = generator.next() | 1
        }
    }

    private static func read(_ traceparent: String) -> (UInt64, UInt64)? {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32,
            parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let high = UInt64(parts[1].prefix(16), radix: 16), let low = UInt64(parts[1].suffix(16), radix: 16),
            high | low != 0
        else { return nil }
        return (high, low)
    }

    var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        bytes.appendNumber(high)
        bytes.appendNumber(low)
        return bytes.hexadecimal
    }
}
