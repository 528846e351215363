import EventLog
import EventSourcing
import Foundation
import HTTPTypes

/// What makes a retry the same request: the `Idempotency-Key` header, quoted (a structured field) or bare.
struct IdempotencyKey: Sendable, Equatable {
    let text: String

    /// The key of the request; nil when none was sent.
    ///
    /// - Parameter mustBeUUID: keys that anyone can see must not be able to guess each other's.
    /// - Throws: `Problem` 400 when it is not 1 to 255 visible ASCII characters, or no UUID of version 4 where one is wanted.
    init?(_ call: Call, mustBeUUID: Bool = false) throws(Problem) {
        let all = call.request.headers[values: .idempotencyKey]
        guard let header = all.first else { return nil }
        guard all.count == 1, let text = Self.unquoted(header) else {
            throw Problem(
                400,
                "bad-idempotency-key",
                "Idempotency-Key must be sent once, as 1 to 255 visible ASCII characters, in quotes or without"
            )
        }
        if mustBeUUID {
            guard let id = UUID(uuidString: text), id.isRandom else {
                throw Problem(
                    400,
                    "bad-idempotency-key",
                    "with a publishable key, Idempotency-Key must be a random UUID (version 4)"
                )
            }
            self.text = id.uuidString.lowercased()
        } else {
            self.text = text
        }
    }

    /// The id of a command on an existing stream; the same for the same caller, verb, stream and key.
    func commandID(_ verb: String, _ stream: StreamID, caller: String, secret: SecretKey) -> UUID {
        var framed: [UInt8] = []
        for part in ["command", verb, caller] { framed.appendFramed(part.utf8) }
        framed.appendFramed(stream.id.bytes)
        framed.appendFramed(text.utf8)
        return UUID(hash: secret.hmacSHA256(of: framed))
    }

    private static func unquoted(_ header: String) -> String? {
        var bytes = Array(header.trimmingBlanks.utf8)
        if bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") {
            var plain: [UInt8] = []
            var isEscaped = false
            for byte in bytes.dropFirst().dropLast() {
                if !isEscaped, byte == UInt8(ascii: "\\") {
                    isEscaped = true
                    continue
                }
                guard isEscaped || byte != UInt8(ascii: "\"") else { return nil }
                plain.append(byte)
                isEscaped = false
            }
            guard !isEscaped else { return nil }
            bytes = plain
        } else if bytes.contains(UInt8(ascii: "\"")) {
            return nil
        }
        guard (1...255).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UUID {
    /// Whether it says that it was drawn at random: version 4 of RFC 9562.
    fileprivate var isRandom: Bool { uuid.6 >> 4 == 4 && uuid.8 >> 6 == 0b10 }
}

extension Problem {
    /// The key came with other content before.
    static var idempotencyKeyReused: Problem {
        Problem(
            422,
            "idempotency-key-reused",
            "this Idempotency-Key came with another message before; that one is stored and was not changed"
        )
    }
}
