import Crypto
import EventLog
import Foundation
import Synchronization

/// API keys in memory, so that no request waits for the database to know who calls.
///
/// A key is believed for `lifetime`; in the last third of it, one caller's request has it read again in the background.
/// Keys that do not exist are remembered too. Secrets are not kept, only their SHA-256.
final class KeyCache: Sendable {
    private struct Entry {
        var key: APIKey?
        var readAt: ContinuousClock.Instant
        var isBeingRead = false
    }

    /// Beyond this many the cache starts anew: a flood of invented keys must not fill the memory.
    static let capacity = 10_000

    private let entries = Mutex<[SHA256Digest: Entry]>([:])
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
        case missing
    }

    /// The working key with this secret; nil when there is none.
    func key(_ secret: String) async throws -> APIKey? {
        let digest = SHA256.hash(data: Array(secret.utf8))
        let now = clock()
        switch look(up: digest, now) {
        case .fresh(let key): return key
        case .aging(let key):
            Task { try? await read(secret, digest) }
            return key
        case .missing: return try await read(secret, digest)
        }
    }

    private func look(up digest: SHA256Digest, _ now: ContinuousClock.Instant) -> Found {
        entries.withLock { entries in
            guard let entry = entries[digest] else { return .missing }
            let age = now - entry.readAt
            guard age < lifetime else { return .missing }
            guard age >= lifetime * 2 / 3, !entry.isBeingRead else { return .fresh(entry.key) }
            entries[digest]?.isBeingRead = true
            return .aging(entry.key)
        }
    }

    @discardableResult
    private func read(_ secret: String, _ digest: SHA256Digest) async throws -> APIKey? {
        let readAt = clock()
        do {
            let key = try await find(secret)
            entries.withLock { entries in
                if entries.count >= Self.capacity, entries[digest] == nil { entries.removeAll() }
                entries[digest] = Entry(key: key, readAt: readAt)
            }
            return key
        } catch {
            entries.withLock { $0[digest]?.isBeingRead = false }
            throw error
        }
    }
}
