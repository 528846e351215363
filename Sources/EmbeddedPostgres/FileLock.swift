import Foundation

/// A lock on a file, held by an open descriptor: the kernel lets go of it however its holder ends.
///
/// Locks of one process exclude each other too, since each has a descriptor of its own. Let go by `release()` or when
/// the last reference goes.
package final class FileLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }

    /// Takes the lock or returns nil when somebody holds it (for `exclusive`: anybody at all).
    package static func attempt(_ path: String, exclusive: Bool) throws(EmbeddedPostgresError) -> FileLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .system("The lock file cannot be opened", at: path, advice: "Check the owner of the folder.")
        }
        let lock = FileLock(descriptor: descriptor)
        return flock(descriptor, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 ? lock : nil
    }

    /// Takes the lock, however long its holder keeps it; throws when the task is cancelled.
    package static func acquire(
        _ path: String,
        exclusive: Bool,
        onWait: @Sendable () -> Void = {}
    ) async throws(EmbeddedPostgresError) -> FileLock {
        var waiting = false
        while true {
            if let lock = try attempt(path, exclusive: exclusive) { return lock }
            if !waiting { onWait() }
            waiting = true
            try await pause(at: path)
        }
    }

    /// Lets go now; does nothing the second time.
    package func release() { flock(descriptor, LOCK_UN) }
}

/// Ten milliseconds between two looks at something outside that sends no signal.
func pause(at location: String) async throws(EmbeddedPostgresError) {
    try? await Task.sleep(for: .milliseconds(10))
    if Task.isCancelled {
        throw EmbeddedPostgresError(
            .cancelled,
            "Stopped waiting because the task was cancelled",
            at: location,
            advice: "Start again."
        )
    }
}
