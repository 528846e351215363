import Crypto
import EventLog
import Foundation
import Synchronization

/// API keys in memory, so that no request waits for the database to know who calls.
///
/// A key is believed for `lifetime`; in the last third of it, one caller's request has it read again in the background.
/// Keys that do not exist are remembered too. However many ask for a key at once, it is read once. Secrets are not
/// kept, only their SHA-256.
final class KeyCache: Sendable {
    private struct Entry {
        var key: APIKey?
        var readAt: ContinuousClock.Instant
    }

    /// Beyond this many some are dropped: a flood of invented keys must not fill the memory.
    static let capacity = 10_000

    private let entries = Mutex<[SHA256Digest: Entry]>([:])
    private let reads = SharedReads<SHA256Digest, APIKey?>()
    private let lifetime: Duration
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let find: @Sendable (String) async throws -> APIKey?

    init(
        lifetime: Duration,
        clock: @escaping @Sendable () -> ContinuousClock.Instant,
        find: @escaping @Sendable (String) async throws -> APIKey?
    ) {
        self.lifetime = lifetime
        self.clock = clock
        self.find = find
    }

    private enum Found {
        case fresh(APIKey?)
        case aging(APIKey?)
        /// To be read; it worked when it was read last.
        case expired
        case missing
    }

    /// The working key with this secret; nil when there is none.
    ///
    /// - Parameter admit: asked before the database is, for a secret that did not work when it was seen last.
    func key(_ secret: String, admit: () throws -> Void = {}) async throws -> APIKey? {
        let digest = SHA256.hash(data: Array(secret.utf8))
        switch look(up: digest, clock()) {
        case .fresh(let key): return key
        case .aging(let key):
            if !reads.isRunning(digest) { Task { try? await read(secret, digest) } }
            return key
        case .expired: return try await read(secret, digest)
        case .missing:
            try admit()
            return try await read(secret, digest)
        }
    }

    private func look(up digest: SHA256Digest, _ now: ContinuousClock.Instant) -> Found {
        entries.withLock { entries in
            guard let entry = entries[digest] else { return .missing }
            let age = now - entry.readAt
            guard age < lifetime else { return entry.key == nil ? .missing : .expired }
            return age >= lifetime * 2 / 3 ? .aging(entry.key) : .fresh(entry.key)
        }
    }

    @discardableResult
    private func read(_ secret: String, _ digest: SHA256Digest) async throws -> APIKey? {
        try await reads.value(digest) { [self] in
            let readAt = clock()
            // Somebody's read may have ended between the look and this one.
            if case .fresh(let key) = look(up: digest, readAt) { return key }
            let key = try await find(secret)
            entries.withLock { entries in
                if entries.count >= Self.capacity, entries[digest] == nil { entries.evictSome() }
                entries[digest] = Entry(key: key, readAt: readAt)
            }
            return key
        }
    }
}
