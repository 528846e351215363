import ServiceLifecycle
import Synchronization

/// The first step of the server's end: `/readyz` says so, and a moment passes in which load balancers can look.
///
/// As the last service of its group it is the first one to be told.
final class Draining: Service {
    private let flag = Atomic(false)
    private let pause: Duration

    init(pause: Duration = .milliseconds(500)) {
        self.pause = pause
    }

    /// Whether the server is about to end.
    var hasBegun: Bool { flag.load(ordering: .relaxed) }

    func run() async throws {
        // Cancelled instead of asked: another part of the server failed.
        guard (try? await gracefulShutdown()) != nil else { return }
        flag.store(true, ordering: .relaxed)
        try? await Task.sleep(for: pause)
    }
}
