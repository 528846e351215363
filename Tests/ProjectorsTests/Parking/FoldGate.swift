import Dispatch
import EventSourcing

/// Stops an engine between reading a batch and writing it.
///
/// Folding is no place to wait in, so the engine that is stopped runs on a thread of its own.
final class FoldGate: Sendable {
    let thread = OwnThread()
    private let position: Position
    private let arrivals = AsyncStream<Void>.makeStream()
    private let opened = DispatchSemaphore(value: 0)

    /// - Parameter position: of the event at which it stops.
    init(at position: Position) {
        self.position = position
    }

    /// Called for every event that is folded.
    func pass(_ event: RecordedEvent) {
        guard event.position == position else { return }
        arrivals.continuation.yield()
        opened.wait()
    }

    /// Waits until an engine stands there.
    func reached() async {
        for await _ in arrivals.stream { return }
    }

    /// Lets one engine go on.
    func open() { opened.signal() }
}

/// Runs a task on one thread, which may block.
final class OwnThread: TaskExecutor {
    private let queue = DispatchQueue(label: "test.own-thread")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
