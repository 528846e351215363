import Crypto
import EventSourcing
import Foundation

/// SHA-256 of bytes.
package func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return hash.finalize().withUnsafeBytes { Array($0) }
}

/// HMAC-SHA256 of bytes under a key.
package func hmacSHA256(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key)).withUnsafeBytes { Array($0) }
}

/// A key for HMAC-SHA256 that stays; made ready once, which takes as long as a code of some words.
package struct SecretKey: Sendable {
    private let ready: HMAC<SHA256>

    package init(_ bytes: [UInt8]) {
        ready = HMAC(key: SymmetricKey(data: bytes))
    }

    /// HMAC-SHA256 of bytes under it.
    package func hmacSHA256(of bytes: [UInt8]) -> [UInt8] {
        var code = ready
        code.update(data: bytes)
        return code.finalize().withUnsafeBytes { Array($0) }
    }
}

extension [UInt8] {
    /// Lower-case hexadecimal text.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count * 2)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends a length-prefixed field, so that no two different lists of fields give the same bytes.
    @inlinable
    package mutating func appendFramed(_ field: some Collection<UInt8>) {
        appendNumber(UInt32(field.count))
        append(contentsOf: field)
    }

    /// Appends a number, big-endian.
    @inlinable
    package mutating func appendNumber(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}

extension [UInt8] {
    /// Sixteen random bytes, for the commitment to one passage.
    package static func freshSalt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var salt: [UInt8] = []
        salt.appendNumber(generator.next() as UInt64)
        salt.appendNumber(generator.next() as UInt64)
        return salt
    }
}

extension UUID {
    /// An RFC 9562 version 7 id: the milliseconds since 1970, then 74 random bits. What is new so stands at one end of
    /// every index, where an id that is random throughout would touch a page of its own.
    ///
    /// - Parameter milliseconds: for tests; now by default. Only its lower 48 bits are taken.
    package static func timeOrdered(at milliseconds: UInt64? = nil) -> UUID {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let time = milliseconds ?? UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
        // `UUID()` opens and closes the system's random device for each id.
        var generator = SystemRandomNumberGenerator()
        let first = time << 16 | 0x7000 | generator.next() & 0x0FFF
        let second = generator.next() >> 2 | 1 << 63
        var id = uuid_t(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        Swift.withUnsafeMutableBytes(of: &id) { bytes in
            bytes.storeBytes(of: first.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return UUID(uuid: id)
    }

    /// Its sixteen bytes.
    package var bytes: [UInt8] { Swift.withUnsafeBytes(of: uuid) { Array($0) } }

    /// An RFC 9562 version 8 id made of a hash: the first 122 bits that fit.
    package init(hash: [UInt8]) {
        precondition(hash.count >= 16, "a hash of at least 16 bytes")
        var b = Array(hash.prefix(16))
        b[6] = (b[6] & 0x0F) | 0x80
        b[8] = (b[8] & 0x3F) | 0x80
        self.init(
            uuid: (
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]
            )
        )
    }
}

extension StreamID {
    /// The one stream of its type that each tenant has: its releases, its taxonomy, its places.
    package static func only(_ type: String) -> StreamID {
        StreamID(type: type, id: UUID(hash: sha256(Array(type.utf8))))
    }
}
