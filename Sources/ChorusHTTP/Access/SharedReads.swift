import Synchronization

/// Lets callers who ask for the same thing at the same time share one read of it.
///
/// The read goes on when a caller is cancelled: others may wait for it.
final class SharedReads<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let running = Mutex<[Key: Task<Value, any Error>]>([:])

    func isRunning(_ key: Key) -> Bool { running.withLock { $0[key] != nil } }

    /// What a read of this key gives: the one that is under way, else a new one.
    func value(_ key: Key, _ read: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = running.withLock { running in
            if let task = running[key] { return task }
            let task = Task {
                defer { self.running.withLock { $0[key] = nil } }
                return try await read()
            }
            running[key] = task
            return task
        }
        return try await task.value
    }
}

extension Dictionary {
    /// Makes room in a full memory: an arbitrary sixteenth goes, and no more than that is looked at.
    mutating func evictSome() {
        for key in Array(keys.prefix(count / 16 + 1)) { removeValue(forKey: key) }
    }
}
