import Synchronization

/// Whether it is time to say something again.
final class ProgressLine: Sendable {
    private let step: Int
    private let next: Mutex<Int>

    init(step: Int) {
        self.step = step
        next = Mutex(step)
    }

    func isDue(_ count: Int) -> Bool {
        next.withLock { next in
            guard count >= next else { return false }
            next = (count / step + 1) * step
            return true
        }
    }
}
