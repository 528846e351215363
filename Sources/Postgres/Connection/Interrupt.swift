import CLibpq
import Glibc
import Synchronization

/// Wakes a connection's thread out of poll(2), and says why.
///
/// A request names the statement that it means, so that one that comes too late cannot hit the next statement.
final class Interrupt: Sendable {
    private struct State {
        var current: UInt64 = 0
        var isRequested = false
    }

    private let state = Mutex(State())
    /// Readable while a wake-up has not been taken.
    let descriptor: Int32

    init() throws(PostgresError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw .connectionFailed(reason: "the system has no file descriptor left")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Starts a statement; returns its ticket.
    func begin() -> UInt64 {
        state.withLock { state in
            state.current += 1
            state.isRequested = false
            return state.current
        }
    }

    /// From now on requests for the statement do nothing.
    func end() {
        let wasRequested = state.withLock { state in
            state.current += 1
            defer { state.isRequested = false }
            return state.isRequested
        }
        if wasRequested {
            clear()
        }
    }

    /// Asks that the statement be stopped. From any thread.
    func request(_ ticket: UInt64) {
        let isCurrent = state.withLock { state in
            guard state.current == ticket else { return false }
            state.isRequested = true
            return true
        }
        if isCurrent {
            wake()
        }
    }

    var isRequested: Bool {
        state.withLock { $0.isRequested }
    }

    /// Makes the waiting thread look around.
    func wake() {
        eventfd_write(descriptor, 1)
    }

    /// Takes the wake-ups.
    func clear() {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}

/// One PQcancel under way on a thread of its own, because it opens a connection and blocks.
final class CancelRequest: Sendable {
    private let finished = Atomic<Bool>(false)

    /// The server has been told, or cannot be reached.
    var isFinished: Bool { finished.load(ordering: .acquiring) }

    /// Sends the request and wakes `interrupt` when the server has taken it.
    ///
    /// Takes ownership of `handle`, a PGcancel, which is a copy of all it needs and independent of its connection. How
    /// long the thread can block is bounded by the connection's `tcp_user_timeout`, which PQcancel applies too.
    init(handle: OpaquePointer, waking interrupt: Interrupt) {
        // The pointer is used by the new thread alone.
        nonisolated(unsafe) let handle = handle
        let started = startThread(named: "postgres-cancel") { [self] in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
                _ = PQcancel(handle, message.baseAddress, Int32(message.count))
            }
            PQfreeCancel(handle)
            finished.store(true, ordering: .releasing)
            interrupt.wake()
        }
        if !started {
            PQfreeCancel(handle)
            finished.store(true, ordering: .releasing)
        }
    }
}
