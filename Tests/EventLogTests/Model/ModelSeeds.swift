import Foundation
import TestSupport

/// Seeds of property tests: the same few each time, two new ones, or the one of `CHORUS_TEST_SEED` alone.
///
/// A seed repeats the commands and who sends them where, not the order in which the machine runs them.
enum ModelSeeds {
    static let all: [UInt64] = {
        if let given = ProcessInfo.processInfo.environment["CHORUS_TEST_SEED"].flatMap({ UInt64($0) }) {
            return [given]
        }
        return [1, 2, 3, 5, 8, 13] + (0..<2).map { _ in UInt64.random(in: 1_000...999_999_999) }
    }()
}

extension SeededRandom {
    mutating func uuid() -> UUID {
        let (high, low) = (next(), next())
        func byte(_ word: UInt64, _ place: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (8 * place)) }
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5), byte(high, 6),
                byte(high, 7), byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3), byte(low, 4), byte(low, 5),
                byte(low, 6), byte(low, 7)
            )
        )
    }
}
