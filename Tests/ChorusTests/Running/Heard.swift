import Synchronization

/// What a process has said so far and whether it has ended. It can be waited for, and no change passes by a waiter.
final class Heard: Sendable {
    struct State {
        var output = ""
        var errors = ""
        var openStreams = 2
        var status: Int32?
    }

    /// The test was cancelled, for the most part by its time limit, while it waited for something.
    struct Cancelled: Error {
        let output: String
        let errors: String
    }

    private struct Watched {
        var state = State()
        var changes = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let watched = Mutex(Watched())

    var state: State { watched.withLock { $0.state } }

    func change(_ body: (inout State) -> Void) {
        let waiters = watched.withLock { watched in
            body(&watched.state)
            watched.changes += 1
            defer { watched.waiters = [] }
            return watched.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until `reached` finds something in the state.
    func reaches<Value>(_ reached: (State) throws -> Value?) async throws -> Value {
        while true {
            let (state, changes) = watched.withLock { ($0.state, $0.changes) }
            if let value = try reached(state) { return value }
            await change(after: changes)
            if Task.isCancelled { throw Cancelled(output: state.output, errors: state.errors) }
        }
    }

    /// Returns once there were more than so many changes, at once when they came before the call; also when cancelled.
    private func change(after seen: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = watched.withLock { watched in
                    if watched.changes > seen || Task.isCancelled { return true }
                    watched.waiters.append(continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            change { _ in }
        }
    }
}
