import EventLog
import EventSourcing
import Synchronization

/// Tasks that each execute one submission after the other on one store, and count what was stored.
struct Writers: Sendable {
    let store: PostgresEventStore
    let count: Int

    /// What they stored, by the second since the start.
    struct Tally: Sendable {
        var messages: [Int] = []
        var events = 0

        mutating func add(_ appended: Appended, second: Int) {
            while messages.count <= second { messages.append(0) }
            messages[second] += 1
            events += appended.history.count
        }
    }

    /// Where all tasks count.
    private final class Board: Sendable {
        let tally = Mutex(Tally())
    }

    /// Works until `next` gives none.
    ///
    /// - Parameter next: called by all tasks.
    /// - Returns: what was stored from `start` on.
    func run(from start: ContinuousClock.Instant, _ next: @escaping @Sendable () -> Submission?) async throws -> Tally {
        let board = Board()
        let store = store
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    while let submission = next() {
                        let appended = try await store.execute(submission)
                        let since = ContinuousClock.now - start
                        guard since >= .zero else { continue }
                        board.tally.withLock { $0.add(appended, second: Int(since.components.seconds)) }
                    }
                }
            }
            try await group.waitForAll()
        }
        return board.tally.withLock { $0 }
    }
}
