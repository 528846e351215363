import Foundation
import Synchronization

/// The lines of a bulk body that are being decided: at most so many at once, their results in the order of the lines.
///
/// One task lets lines in; results come from any task.
final class BulkWindow: Sendable {
    /// How many lines came to what.
    struct Counts: Sendable {
        var stored = 0
        var repeated = 0
        var refused = 0

        var lines: Int { stored + repeated + refused }
    }

    /// What became of a line.
    enum Kind: Sendable {
        case stored
        case repeated
        case refused
    }

    private struct State {
        var entered = 0
        var left = 0
        var nextOut = 0
        var results: [Int: [UInt8]] = [:]
        var streams: Set<UUID> = []
        var counts = Counts()
        var waiter: (room: Int, CheckedContinuation<Void, Never>)?
    }

    private let size: Int
    private let queue: ResultQueue
    private let state = Mutex(State())

    init(size: Int, queue: ResultQueue) {
        self.size = max(1, size)
        self.queue = queue
    }

    var counts: Counts { state.withLock { $0.counts } }

    /// Waits for room; for a stream that an earlier line is still writing, until that one is through, so that the
    /// earlier of two lines wins.
    ///
    /// - Returns: the line's place among the results.
    func enter(_ stream: UUID?) async -> Int {
        while true {
            let place: Int? = state.withLock { state in
                let isTaken = stream.map { state.streams.contains($0) } ?? false
                guard state.entered - state.left < size, !isTaken else { return nil }
                if let stream { state.streams.insert(stream) }
                defer { state.entered += 1 }
                return state.entered
            }
            if let place { return place }
            let isTaken = state.withLock { state in stream.map { state.streams.contains($0) } ?? false }
            await waitForRoom(isTaken ? size : max(1, size / 4))
        }
    }

    /// Gives a line's result; an empty one is counted and not written.
    func leave(_ place: Int, _ stream: UUID?, _ kind: Kind, _ result: [UInt8]) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.left += 1
            if let stream { state.streams.remove(stream) }
            switch kind {
            case .stored: state.counts.stored += 1
            case .repeated: state.counts.repeated += 1
            case .refused: state.counts.refused += 1
            }
            state.results[place] = result
            var ready: [UInt8] = []
            while let next = state.results.removeValue(forKey: state.nextOut) {
                ready += next
                state.nextOut += 1
            }
            // Under the lock, so that the order is kept; the queue never waits.
            if !ready.isEmpty { queue.append(ready) }
            guard let (room, continuation) = state.waiter, size - (state.entered - state.left) >= room else {
                return nil
            }
            state.waiter = nil
            return continuation
        }
        waiter?.resume()
    }

    /// Waits until that many more lines may enter.
    private func waitForRoom(_ room: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if size - (state.entered - state.left) >= room { return true }
                state.waiter = (room, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
