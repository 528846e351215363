import Foundation
import Testing

@testable import EventLog

@Suite struct OrderIdsByTime {
    /// The form is RFC 9562's (5.7): its example's time, version and variant, at the places where it has them.
    @Test func anIDHasTheFormOfTheStandard() throws {
        let example = try #require(UUID(uuidString: "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))
        let id = UUID.timeOrdered(at: 1_645_557_742_000)
        #expect(id.bytes.prefix(6) == example.bytes.prefix(6))
        #expect(id.bytes[6] >> 4 == 7 && id.bytes[8] >> 6 == 0b10)
    }

    @Test func laterOnesComeLater() {
        let ids = (0..<1_000).map { UUID.timeOrdered(at: 1_645_557_742_000 + $0) }
        #expect(ids.map(\.uuidString) == ids.map(\.uuidString).sorted())
        let now = UInt64(Date().timeIntervalSince1970 * 1000)
        let time = UUID.timeOrdered().bytes.prefix(6).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        #expect(time >= now && time <= now + 60_000)
    }

    /// 74 bits are random: each is now and then set and now and then not, also within a millisecond.
    @Test func whatIsNotTimeIsRandom() {
        let ids = (0..<1_000).map { _ in UUID.timeOrdered(at: 0).bytes }
        #expect(Set(ids).count == ids.count)
        let fixed = [6: 0xF0, 8: 0xC0] as [Int: UInt8]
        for byte in 6..<16 {
            let (ever, always) = ids.reduce((0 as UInt8, 0xFF as UInt8)) { ($0.0 | $1[byte], $0.1 & $1[byte]) }
            #expect(ever & ~always == ~(fixed[byte] ?? 0), "byte \(byte)")
        }
    }
}
