import Projectors
import Statistics
import Testing

/// Who stands behind a published row, as bytes and back.
@Suite struct PackMembers {
    private static func row(_ members: [PublishedRow.Member], at path: [String]) -> PublishedRow {
        PublishedRow(
            path: path,
            kind: .withheld,
            demands: 0,
            people: 0,
            messages: 0,
            messagesUnidentified: 0,
            reportedSupport: 0,
            members: members
        )
    }

    private static func member(
        _ number: UInt128,
        demand: UInt128 = 1,
        person: UInt128? = nil,
        messages: Int = 0,
        support: Int = 0,
        count: Int = 1,
        path: [String]
    ) -> PublishedRow.Member {
        PublishedRow.Member(
            contribution: Contribution(
                demand: number &+ demand,
                person: person,
                message: number,
                messages: messages,
                reportedSupport: support,
                path: path
            ),
            count: count
        )
    }

    @Test func aChunkIsByteForByteWhatItsCommentSays() {
        let own = Self.row([Self.member(2, person: 3, messages: 1, path: ["a"])], at: ["a"])
        let zeros = [UInt8](repeating: 0, count: 15)
        #expect(MemberChunk.chunks(of: own) == [[0] + zeros + [2, 0, 1, 3] + zeros + [3]])
        // As a projector gives it: each byte of ü a scalar of its own.
        let pool = Self.row([Self.member(2, support: 258, count: -1, path: ["a", "\u{C3}\u{BC}"])], at: [])
        let leaves: [UInt8] = [1, 2, 1, 0x61, 2, 0xC3, 0xBC]
        let member: [UInt8] = zeros + [2, 0, 1, 24, 0, 0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0]
        #expect(MemberChunk.chunks(of: pool) == [leaves + member])
    }

    @Test(arguments: [0, 1, 4_095, 4_096, 4_097, 9_000])
    func comesBackAsItWas(_ count: Int) throws {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: .min ... .max, using: &random)
        var state = seed
        func draw(_ limit: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % limit
        }
        let leaves = (0..<200).map { ["m\($0 % 7)", "", "c\($0)"] }
        let members = (0..<count).map { _ in
            Self.member(
                UInt128(draw(.max)) << 64 | UInt128(draw(.max)),
                demand: UInt128(draw(32_000)),
                person: draw(3) == 0 ? nil : UInt128(draw(.max)),
                messages: Int(draw(4)) - 1,
                support: draw(2) == 0 ? 0 : Int(draw(4_000_000_000)) - 2_000_000_000,
                count: draw(4) == 0 ? Int(draw(9)) - 4 : 1,
                path: leaves[Int(draw(200))]
            )
        }
        for path in [[], leaves[3]] {
            let moved =
                path.isEmpty
                ? members
                : members.map { member in
                    var member = member
                    member.contribution.path = path
                    return member
                }
            let row = Self.row(moved, at: path)
            let chunks = MemberChunk.chunks(of: row)
            #expect(chunks.count == (count + 4_095) / 4_096)
            #expect(try chunks.flatMap { try MemberChunk.members(in: $0, of: path) } == moved, "seed \(seed)")
        }
    }

    @Test func whatIsCutOffIsRefused() throws {
        let row = Self.row([Self.member(2, person: 3, messages: 1, support: 7, path: ["a", "b"])], at: [])
        let chunk = try #require(MemberChunk.chunks(of: row).first)
        // Without its members it still is one, of none.
        for length in 0..<chunk.count where length != 6 {
            #expect(throws: MemberChunk.Malformed.self, "\(length)") {
                try MemberChunk.members(in: Array(chunk.prefix(length)), of: [])
            }
        }
        #expect(try MemberChunk.members(in: chunk, of: []) == row.members)
    }
}
