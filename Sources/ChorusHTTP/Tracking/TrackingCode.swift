import EventLog
import Foundation

/// The code with which a person finds their message again, without an account: `default-7ZK3M-...`.
///
/// It is derived from the message's stream and the tenant's secret, never stored; the vault keeps its SHA-256.
struct TrackingCode: Sendable, Equatable, CustomStringConvertible {
    let tenant: String
    /// 26 letters of Crockford's base 32.
    private let letters: [UInt8]

    /// The code of a message.
    init(message: UUID, tenant: String, secret: SecretKey) {
        var framed: [UInt8] = []
        framed.appendFramed("track".utf8)
        framed.appendFramed(message.bytes)
        self.tenant = tenant
        letters = Self.encode(secret.hmacSHA256(of: framed).prefix(16))
    }

    /// Reads what a person typed: case, hyphens and blanks do not matter, O counts as 0, I and L as 1.
    init?(typed text: String) {
        guard text.utf8.count <= 120 else { return nil }
        var rest = Array(text.utf8)
        var letters: [UInt8] = []
        while letters.count < Self.length, let byte = rest.popLast() {
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ") { continue }
            guard let letter = Self.letter(byte) else { return nil }
            letters.append(letter)
        }
        guard letters.count == Self.length, rest.popLast() == UInt8(ascii: "-"), !rest.isEmpty else { return nil }
        self.letters = letters.reversed()
        tenant = String(decoding: rest, as: UTF8.self).lowercased()
    }

    /// The canonical text: groups of five.
    var description: String {
        var text = Array((tenant + "-").utf8)
        for (index, letter) in letters.enumerated() {
            if index > 0, index % 5 == 0 { text.append(UInt8(ascii: "-")) }
            text.append(letter)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What the vault keeps.
    var hash: [UInt8] { sha256(Array(description.utf8)) }

    private static let length = 26
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// 128 bits as 26 letters, the last one of three bits.
    private static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var letters: [UInt8] = []
        letters.reserveCapacity(length)
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                letters.append(alphabet[Int(buffer >> UInt32(bits)) & 31])
            }
        }
        if bits > 0 { letters.append(alphabet[Int(buffer << UInt32(5 - bits)) & 31]) }
        return letters
    }

    private static func letter(_ byte: UInt8) -> UInt8? {
        let upper = (97...122).contains(byte) ? byte - 32 : byte
        switch upper {
        case UInt8(ascii: "O"): return UInt8(ascii: "0")
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return UInt8(ascii: "1")
        default: return alphabet.contains(upper) ? upper : nil
        }
    }
}
