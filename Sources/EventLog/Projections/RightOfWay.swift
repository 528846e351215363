import EventSourcing

/// How long the read models of one tenant pause between batches, so that whoever speaks goes first.
///
/// Far behind, and behind a log that grows faster than they could follow even without a pause, they leave the machine to
/// those who wait for an answer, and take a quarter of the time: what is not shown now is shown when the rush is over, what
/// is not taken now may be lost. Where they can catch up they never pause.
struct RightOfWay: Sendable {
    /// Pauses are so many times as long as the batch before them took, up to the longest: when the rush is over, nobody must
    /// wait for long.
    static let share = 3
    static let longestPause = Duration.seconds(1)

    /// Events behind from which on it is far.
    private let allowance: Position
    private var position: Position
    private var head: Position
    /// When the head was there.
    private var seen: ContinuousClock.Instant
    /// When the batch began.
    private var began: ContinuousClock.Instant

    init(allowance: Position, at position: Position, head: Position, now: ContinuousClock.Instant) {
        self.allowance = allowance
        self.position = position
        self.head = head
        seen = now
        began = now
    }

    /// The pause after a batch.
    ///
    /// - Parameters:
    ///   - position: where the batch ended.
    ///   - head: of the log, now.
    mutating func pause(at position: Position, head: Position, now: ContinuousClock.Instant) -> Duration {
        let moved = Double(position - self.position)
        let grew = Double(head - self.head)
        let (busy, passed) = (now - began, now - seen)
        (self.position, self.head, seen) = (position, head, now)
        // The log's rate beside that of the batch: one that grows more slowly would be caught up with.
        guard head - position > allowance, grew * (busy / .seconds(1)) > moved * (passed / .seconds(1)) else {
            return .zero
        }
        return min(busy * Self.share, Self.longestPause)
    }

    /// The next batch begins.
    mutating func goOn(now: ContinuousClock.Instant) {
        began = now
    }
}
