/// Decides how long to wait for the server: the pure part of cancellation and deadlines.
///
/// A statement that is cancelled or late is stopped by a cancel request; if even that brings no answer within the
/// grace, the connection is given up.
struct StatementWatch {
    enum Stop {
        case cancelled
        case timedOut
    }

    enum Action: Equatable {
        /// Wait so many milliseconds at most; -1 is without limit.
        case wait(Int32)
        case sendCancelRequest
        case giveUp
    }

    /// Why the statement was stopped, nil while it runs freely.
    private(set) var stop: Stop?
    private var deadline: ContinuousClock.Instant?
    private let grace: Duration

    /// `limit` counts from `now`; nil waits for ever.
    init(now: ContinuousClock.Instant, limit: Duration?, grace: Duration) {
        deadline = limit.map { now + $0 }
        self.grace = grace
    }

    mutating func next(now: ContinuousClock.Instant, isCancelled: Bool) -> Action {
        let isLate = deadline.map { $0 <= now } ?? false
        if stop == nil, isCancelled || isLate {
            stop = isCancelled ? .cancelled : .timedOut
            deadline = now + grace
            return .sendCancelRequest
        }
        guard let deadline else { return .wait(-1) }
        return isLate ? .giveUp : .wait((deadline - now).wholeMilliseconds)
    }

    /// Starts the time again, for a COPY that moves on.
    mutating func extend(now: ContinuousClock.Instant, limit: Duration?) {
        if stop == nil {
            deadline = limit.map { now + $0 }
        }
    }
}
