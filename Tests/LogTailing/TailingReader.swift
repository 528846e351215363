import Synchronization

/// Follows a table by `position > checkpoint` until nobody writes any more, and counts what it gets.
struct TailingReader: Sendable {
    /// Positions after the checkpoint, in order, so many at most.
    let read: @Sendable (_ checkpoint: Int64, _ limit: Int) async throws -> [Int64]
    let progress: (@Sendable (Int) -> Void)?

    struct Tally: Sendable {
        var seen = 0
        var repeated = 0
        var last: Int64 = 0

        mutating func note(_ position: Int64) {
            if position > last { seen += 1 } else { repeated += 1 }
            last = max(last, position)
        }
    }

    func follow(until end: WritersDone) async throws -> Tally {
        var tally = Tally()
        while true {
            // Asked before reading: what was written before the end is seen by the read after it.
            let isOver = end.isReached
            let positions = try await read(tally.last, 5_000)
            for position in positions { tally.note(position) }
            progress?(tally.seen)
            if isOver, positions.isEmpty { return tally }
        }
    }
}

/// Whether all writers have finished.
final class WritersDone: Sendable {
    private let flag = Mutex(false)

    var isReached: Bool { flag.withLock { $0 } }

    func reach() { flag.withLock { $0 = true } }
}
