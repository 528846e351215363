import Synchronization

/// Tells the projection engine of this process that something was committed; polling stays the truth.
///
/// Signals that nobody waits for are kept as one.
package final class LogSignal: Sendable {
    private struct State {
        var isPending = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    /// Wakes whoever waits.
    package func send() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter else {
                state.isPending = true
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Returns after the next signal (at once when one came meanwhile), after `timeout`, or on cancellation.
    /// One task at a time may wait.
    package func wait(upTo timeout: Duration) async {
        let timer = Task { [weak self] in
            try? await Task.sleep(for: timeout)
            if !Task.isCancelled { self?.send() }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isPending = state.withLock { state in
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isPending { continuation.resume() }
            }
        } onCancel: {
            send()
        }
        timer.cancel()
    }
}
