/// What a store measures the patience of its commands with: injected, so that tests need no waiting.
package struct CommandClock: Sendable {
    package let now: @Sendable () -> ContinuousClock.Instant
    /// Lets some time pass before what failed is tried again; a cancelled wait may end early.
    package let pause: @Sendable (Duration) async -> Void

    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        pause: @escaping @Sendable (Duration) async -> Void
    ) {
        self.now = now
        self.pause = pause
    }

    /// The time of the machine.
    package static let continuous = CommandClock(now: { .now }, pause: { try? await Task.sleep(for: $0) })
}
