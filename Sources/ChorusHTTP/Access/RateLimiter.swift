import HTTPTypes
import Synchronization

/// Token buckets by name and peer address.
///
/// A bucket holds up to `burst` tokens and gains `perMinute` a minute; a request takes one.
final class RateLimiter: Sendable {
    private struct BucketID: Hashable {
        let name: String
        let peer: Peer
    }

    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    /// What the bucket said.
    struct Verdict: Sendable {
        let isAllowed: Bool
        /// Whole tokens left.
        let remaining: Int
        /// Seconds until one more token is there (refused), or until the bucket is full again (allowed).
        let resetSeconds: Int
    }

    /// Beyond this many buckets some are dropped, which forgives their peers: the memory must not be filled.
    static let capacity = 100_000

    private let burst: Double
    private let perSecond: Double
    private let label: String
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[BucketID: Bucket]>([:])

    init(
        label: String,
        burst: Int,
        perMinute: Int,
        clock: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.label = label
        self.burst = Double(max(1, burst))
        self.perSecond = max(1, Double(perMinute)) / 60
        self.clock = clock
    }

    /// Takes a token out of the bucket of that name and peer, if there is one.
    func take(_ name: String, _ peer: Peer) -> Verdict {
        let now = clock()
        let id = BucketID(name: name, peer: peer)
        return buckets.withLock { buckets in
            if buckets.count >= Self.capacity, buckets[id] == nil { buckets.evictSome() }
            var bucket = refilled(buckets[id] ?? Bucket(tokens: burst, at: now), now)
            let isAllowed = bucket.tokens >= 1
            if isAllowed { bucket.tokens -= 1 }
            buckets[id] = bucket
            let missing = isAllowed ? burst - bucket.tokens : 1 - bucket.tokens
            return Verdict(
                isAllowed: isAllowed,
                remaining: Int(bucket.tokens),
                resetSeconds: max(1, Int((missing / perSecond).rounded(.up)))
            )
        }
    }

    /// - Throws: `Problem` 429 with Retry-After when the bucket is empty.
    /// - Returns: the headers that tell the caller where they stand.
    func require(_ name: String, _ peer: Peer) throws(Problem) -> HTTPFields {
        let verdict = take(name, peer)
        guard verdict.isAllowed else { throw refusal(verdict) }
        return headers(verdict)
    }

    /// Takes nothing.
    ///
    /// - Throws: `Problem` 429 with Retry-After when the bucket is empty.
    func requireRest(_ name: String, _ peer: Peer) throws(Problem) {
        let now = clock()
        let tokens = buckets.withLock { $0[BucketID(name: name, peer: peer)] }.map { refilled($0, now).tokens } ?? burst
        guard tokens < 1 else { return }
        let seconds = max(1, Int(((1 - tokens) / perSecond).rounded(.up)))
        throw refusal(Verdict(isAllowed: false, remaining: 0, resetSeconds: seconds))
    }

    private func refusal(_ verdict: Verdict) -> Problem {
        var headers = headers(verdict)
        headers[.retryAfter] = String(verdict.resetSeconds)
        return Problem(
            429,
            "too-many-requests",
            "too many requests from this address; wait \(verdict.resetSeconds) s",
            headers: headers
        )
    }

    private func headers(_ verdict: Verdict) -> HTTPFields {
        let window = Int((burst / perSecond).rounded(.up))
        return [
            .rateLimitPolicy: "\"\(label)\";q=\(Int(burst));w=\(window)",
            .rateLimit: "\"\(label)\";r=\(verdict.remaining);t=\(verdict.resetSeconds)",
        ]
    }

    private func refilled(_ bucket: Bucket, _ now: ContinuousClock.Instant) -> Bucket {
        guard now > bucket.at else { return bucket }
        return Bucket(tokens: min(burst, bucket.tokens + (now - bucket.at).seconds * perSecond), at: now)
    }
}
