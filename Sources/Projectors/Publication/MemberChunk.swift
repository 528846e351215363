import Foundation
import Statistics

/// Those who stand behind a published row, as bytes: 35 to 45 each, in chunks of equal length, in the order of the row.
///
/// The same members give the same bytes. A chunk is: how many leaves (0: all members lie in the row's own cell), and each
/// leaf as the number of its coordinates, each with its length; then the members: message, demand's place in it, flags, and
/// what these ask for. Numbers are in network byte order, lengths in groups of seven bits, the lowest first.
package enum MemberChunk {
    /// Members of one chunk; the last one of a row has fewer.
    package static let size = 4_096

    /// Bytes that are no chunk.
    package struct Malformed: Error, CustomStringConvertible {
        package let description = "a row of published_members that is no chunk of members; rebuild the projector"
    }

    private enum Flag {
        static let hasPerson: UInt8 = 1
        /// Counts as a message; without this and the next one: no message.
        static let isMessage: UInt8 = 2
        static let hasMessages: UInt8 = 4
        static let hasSupport: UInt8 = 8
        /// Other than once.
        static let hasCount: UInt8 = 16
    }

    /// Not empty when the row has members.
    package static func chunks(of row: PublishedRow) -> [[UInt8]] {
        stride(from: 0, to: row.members.count, by: size).map { start in
            chunk(of: row.members[start..<min(start + size, row.members.count)], row.path)
        }
    }

    private static func chunk(of members: ArraySlice<PublishedRow.Member>, _ path: [String]) -> [UInt8] {
        var leaves: [[String]] = []
        var places: [[String]: Int] = [:]
        var leafOf: [Int] = []
        if members.contains(where: { $0.contribution.path != path }) {
            leafOf.reserveCapacity(members.count)
            for member in members {
                let leaf = member.contribution.path
                let place = places[leaf] ?? leaves.count
                if place == leaves.count {
                    places[leaf] = place
                    leaves.append(leaf)
                }
                leafOf.append(place)
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(members.count * 42)
        bytes.append(length: leaves.count)
        for leaf in leaves {
            bytes.append(length: leaf.count)
            for coordinate in leaf {
                let text = coordinate.ofBytes.utf8
                bytes.append(length: text.count)
                bytes.append(contentsOf: text)
            }
        }
        for (index, member) in members.enumerated() {
            append(member, to: &bytes)
            if !leaves.isEmpty { bytes.append(length: leafOf[index]) }
        }
        return bytes
    }

    private static func append(_ member: PublishedRow.Member, to bytes: inout [UInt8]) {
        let contribution = member.contribution
        var flags: UInt8 = contribution.messages == 1 ? Flag.isMessage : 0
        if contribution.person != nil { flags |= Flag.hasPerson }
        if contribution.messages != 0, contribution.messages != 1 { flags |= Flag.hasMessages }
        if contribution.reportedSupport != 0 { flags |= Flag.hasSupport }
        if member.count != 1 { flags |= Flag.hasCount }
        bytes.append(number: contribution.message)
        bytes.append(number: Int16(truncatingIfNeeded: contribution.demand &- contribution.message))
        bytes.append(flags)
        if let person = contribution.person { bytes.append(number: person) }
        if flags & Flag.hasMessages != 0 { bytes.append(number: Int32(clamping: contribution.messages)) }
        if flags & Flag.hasSupport != 0 { bytes.append(number: Int32(clamping: contribution.reportedSupport)) }
        if flags & Flag.hasCount != 0 { bytes.append(number: Int32(clamping: member.count)) }
    }

    /// The members of one chunk of a row at `path`.
    package static func members(in bytes: [UInt8], of path: [String]) throws(Malformed) -> [PublishedRow.Member] {
        var rest = bytes[...]
        var leaves: [[String]] = []
        for _ in 0..<(try rest.length()) {
            var leaf: [String] = []
            for _ in 0..<(try rest.length()) {
                leaf.append(String(decoding: try rest.take(try rest.length()), as: UTF8.self).byByte)
            }
            leaves.append(leaf)
        }
        var members: [PublishedRow.Member] = []
        members.reserveCapacity(bytes.count / 35)
        while !rest.isEmpty { members.append(try member(&rest, leaves, path)) }
        return members
    }

    private static func member(
        _ rest: inout ArraySlice<UInt8>,
        _ leaves: [[String]],
        _ path: [String]
    ) throws(Malformed) -> PublishedRow.Member {
        let message = try rest.number(UInt128.self)
        let demand = try rest.number(Int16.self)
        let flags = try rest.number(UInt8.self)
        let person = flags & Flag.hasPerson == 0 ? nil : try rest.number(UInt128.self)
        var messages = flags & Flag.isMessage == 0 ? 0 : 1
        if flags & Flag.hasMessages != 0 { messages = Int(try rest.number(Int32.self)) }
        let support = flags & Flag.hasSupport == 0 ? 0 : Int(try rest.number(Int32.self))
        let count = flags & Flag.hasCount == 0 ? 1 : Int(try rest.number(Int32.self))
        var leaf = path
        if !leaves.isEmpty {
            let place = try rest.length()
            guard place < leaves.count else { throw Malformed() }
            leaf = leaves[place]
        }
        let contribution = Contribution(
            demand: message &+ UInt128(truncatingIfNeeded: demand),
            person: person,
            message: message,
            messages: messages,
            reportedSupport: support,
            path: leaf
        )
        return PublishedRow.Member(contribution: contribution, count: count)
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(length: Int) {
        var rest = UInt64(length)
        while rest >= 0x80 {
            append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func take(_ count: Int) throws(MemberChunk.Malformed) -> ArraySlice<UInt8> {
        guard count <= self.count else { throw MemberChunk.Malformed() }
        defer { self = dropFirst(count) }
        return prefix(count)
    }

    fileprivate mutating func number<Number: FixedWidthInteger>(
        _: Number.Type
    ) throws(MemberChunk.Malformed) -> Number {
        let size = MemoryLayout<Number>.size
        guard size <= count else { throw MemberChunk.Malformed() }
        let number = withUnsafeBytes { Number(bigEndian: $0.loadUnaligned(as: Number.self)) }
        self = dropFirst(size)
        return number
    }

    fileprivate mutating func length() throws(MemberChunk.Malformed) -> Int {
        var length: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 35, by: 7) {
            let byte = try number(UInt8.self)
            length |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(length) }
        }
        throw MemberChunk.Malformed()
    }
}
