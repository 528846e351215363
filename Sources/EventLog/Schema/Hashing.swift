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

extension UUID {
    /// An RFC 9562 version 4 id; `UUID()` opens and closes the system's random device for each.
    package static func random() -> UUID {
        var generator = SystemRandomNumberGenerator()
        var id = uuid_t(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        Swift.withUnsafeMutableBytes(of: &id) { bytes in
            bytes.storeBytes(of: generator.next() as UInt64, as: UInt64.self)
            bytes.storeBytes(of: generator.next() as UInt64, toByteOffset: 8, as: UInt64.self)
        }
        id.6 = (id.6 & 0x0F) | 0x40
        id.8 = (id.8 & 0x3F) | 0x80
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
