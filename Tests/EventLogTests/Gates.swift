import EventSourcing
import Synchronization

/// Says yes so many times, then no.
final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        left = Mutex(count)
    }

    var goesOn: Bool {
        left.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
    }
}

/// Something that is waited for, and happens once.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    func passed() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A clock that moves when a test says so; pauses take no time, and are told to the test.
final class ManualClock: Sendable {
    private let start = ContinuousClock.now
    private let passed = Mutex<Duration>(.zero)
    private let onPause: @Sendable (ManualClock) async -> Void

    init(onPause: @escaping @Sendable (ManualClock) async -> Void = { _ in }) {
        self.onPause = onPause
    }

    func advance(_ duration: Duration) {
        passed.withLock { $0 += duration }
    }

    var commands: CommandClock {
        CommandClock(
            now: { self.start + self.passed.withLock { $0 } },
            pause: { _ in await self.onPause(self) }
        )
    }
}
