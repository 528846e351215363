import EventLog
import Foundation
import NIOCore
import Testing

@testable import ChorusHTTP

/// Codes, cursors, caches and limits by themselves.
@Suite struct HoldSecretsAndLimits {
    /// RFC 4231, section 4.2; a key that was used is still the same key.
    @Test func aKeyGivesTheSameCodeAgain() {
        let key = SecretKey([UInt8](repeating: 0x0B, count: 20))
        for _ in 0..<2 {
            #expect(
                key.hmacSHA256(of: Array("Hi There".utf8)).hexadecimal
                    == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            )
        }
    }

    @Test func aTrackingCodeIsDerivedAndReadBack() throws {
        let id = try #require(UUID(uuidString: "00000000-0000-8000-8000-000000000001"))
        let secret = SecretKey([UInt8](repeating: 1, count: 32))
        let code = TrackingCode(message: id, tenant: "a-b-1", secret: secret)
        // Both values come from Python's hmac and hashlib.
        #expect(code.description == "a-b-1-A3TDS-5FR1S-W09VD-9M9NR-XHN71-G")
        #expect(code.hash.hexadecimal == "be6f6ec19c1050409891facf1abb4a633feddb69ece941dc8fef44ef1b9df52f")
        #expect(TrackingCode(typed: code.description.lowercased()) == code)
        #expect(TrackingCode(typed: code.description)?.hash == code.hash)
        #expect(TrackingCode(message: id, tenant: "a-b-1", secret: SecretKey([UInt8](repeating: 2, count: 32))) != code)
        #expect(TrackingCode(typed: "") == nil && TrackingCode(typed: String(repeating: "0", count: 26)) == nil)
        #expect(TrackingCode(typed: "t-" + String(repeating: "U", count: 26)) == nil)
        #expect(TrackingCode(typed: String(repeating: "a", count: 200)) == nil)
    }

    @Test func aCursorIsReadBackByItsOwnQuestionOnly() throws {
        let secret = SecretKey([UInt8](repeating: 1, count: 32))
        let other = SecretKey([UInt8](repeating: 2, count: 32))
        let epoch = UUID()
        for numbers in [[], [0], [1, Int64.max], [-1, Int64.min, 7]] as [[Int64]] {
            let text = PageCursor(numbers).text(question: ["a", "b"], secret: secret, epoch: epoch)
            #expect(text.utf8.allSatisfy { $0 != 43 && $0 != 47 && $0 != 61 })
            #expect(
                try PageCursor(reading: text, question: ["a", "b"], secret: secret, epoch: epoch).numbers == numbers
            )
            for question in [["a"], ["ab"], ["a", "b", ""], ["b", "a"]] {
                #expect(throws: Problem.self) {
                    try PageCursor(reading: text, question: question, secret: secret, epoch: epoch)
                }
            }
            #expect(throws: Problem.self) {
                try PageCursor(reading: text, question: ["a", "b"], secret: other, epoch: epoch)
            }
            let later = #expect(throws: Problem.self) {
                try PageCursor(reading: text, question: ["a", "b"], secret: secret, epoch: UUID())
            }
            #expect(later?.code == "epoch-changed")
        }
    }

    @Test func aBucketRefillsWithTime() {
        let clock = ManualClock()
        let limiter = RateLimiter(label: "x", burst: 2, perMinute: 60) { clock.now }
        let here = Peer(try? .init(ipAddress: "192.0.2.1", port: 1))
        let there = Peer(try? .init(ipAddress: "192.0.2.2", port: 1))
        #expect(limiter.take("k", here).isAllowed && limiter.take("k", here).isAllowed)
        #expect(!limiter.take("k", here).isAllowed)
        #expect(limiter.take("k", there).isAllowed && limiter.take("other", here).isAllowed)
        clock.advance(.milliseconds(999))
        #expect(!limiter.take("k", here).isAllowed)
        clock.advance(.milliseconds(1))
        #expect(limiter.take("k", here).isAllowed)
        clock.advance(.seconds(3_600))
        #expect(limiter.take("k", here).remaining == 1)
    }

    @Test func addressesOfOneNetworkAreOnePeer() throws {
        let one = Peer(try .init(ipAddress: "2001:db8:1:2::1", port: 1))
        #expect(one == Peer(try .init(ipAddress: "2001:db8:1:2:ffff::9", port: 5)))
        #expect(one != Peer(try .init(ipAddress: "2001:db8:1:3::1", port: 1)))
        #expect(Peer(try .init(ipAddress: "0.0.0.0", port: 1)) != Peer(nil))
    }

    @Test func anIPv4AddressIsOnePeerHoweverItIsWritten() throws {
        let plain = Peer(try .init(ipAddress: "192.0.2.1", port: 1))
        #expect(plain == Peer(try .init(ipAddress: "::ffff:192.0.2.1", port: 1)))
        #expect(plain != Peer(try .init(ipAddress: "::ffff:192.0.2.2", port: 1)))
        #expect(plain != Peer(try .init(ipAddress: "::192.0.2.1", port: 1)))
    }

    @Test func aFullMemoryForgetsSomeAndNotAll() {
        var memory = Dictionary(uniqueKeysWithValues: (1...1_600).map { ($0, $0) })
        memory.evictSome()
        #expect(memory.count == 1_499)
        var one = [1: 1]
        one.evictSome()
        #expect(one.isEmpty)
    }

    @Test func aBurstAfterExpiryReadsAKeyOnce() async throws {
        let clock = ManualClock()
        let reads = Box(0)
        let (opened, open) = AsyncStream<Void>.makeStream()
        let cache = KeyCache(lifetime: .seconds(3), clock: { clock.now }) { _ in
            reads.value += 1
            for await _ in opened {}
            return nil
        }
        let asked = Box(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...100 {
                group.addTask {
                    _ = try await cache.key("a", admit: { if asked.add(1) == 100 { open.finish() } })
                }
            }
            try await group.waitForAll()
        }
        #expect(reads.value == 1)
    }

    @Test func aKeyHasSoManyBulkRequestsAtOnce() throws {
        let seats = BulkSeats(limit: 2)
        let first = try seats.take("a")
        var second: BulkSeats.Seat? = try seats.take("a")
        #expect(throws: Problem.self) { _ = try seats.take("a") }
        _ = try seats.take("b")
        #expect(second != nil)
        second = nil
        _ = try seats.take("a")
        withExtendedLifetime(first) {}
    }

    @Test func aKeyIsReadOnceWhileItIsFresh() async throws {
        let clock = ManualClock()
        let reads = Box(0)
        let cache = KeyCache(lifetime: .seconds(3), clock: { clock.now }) { _ in
            reads.value += 1
            return nil
        }
        for _ in 1...5 { #expect(try await cache.key("a") == nil) }
        #expect(reads.value == 1)
        _ = try await cache.key("b")
        #expect(reads.value == 2)
        clock.advance(.seconds(3))
        _ = try await cache.key("a")
        #expect(reads.value == 3)
    }

    @Test func aFailureIsNotRemembered() async throws {
        struct Gone: Error {}
        let fails = Box(true)
        let cache = KeyCache(lifetime: .seconds(3), clock: { .now }) { _ in
            if fails.value { throw Gone() }
            return nil
        }
        await #expect(throws: Gone.self) { try await cache.key("a") }
        fails.value = false
        #expect(try await cache.key("a") == nil)
    }

    @Test func aTraceFollowsTheCallersOrIsNew() {
        let trace = "0af7651916cd43dd8448eb211c80319c"
        #expect(TraceID(traceparent: "00-\(trace)-b7ad6b7169203331-01").description == trace)
        for bad in [
            "", "00", "00-\(trace.uppercased())-1-1", "00-\(String(repeating: "0", count: 32))-1-1", "00-xyz-1-1",
        ] {
            #expect(TraceID(traceparent: bad).description.utf8.count == 32)
            #expect(TraceID(traceparent: bad) != TraceID(traceparent: bad))
        }
    }
}
