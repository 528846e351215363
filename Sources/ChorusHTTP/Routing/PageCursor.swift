import EventLog
import Foundation

/// Where the next page begins: opaque to callers, signed, bound to the question that it continues and to the epoch of the
/// log that its positions belong to.
struct PageCursor: Sendable, Equatable {
    /// Route-specific numbers, such as the position of the last row.
    let numbers: [Int64]

    init(_ numbers: [Int64]) {
        self.numbers = numbers
    }

    /// - Parameters:
    ///   - question: everything that the pages must have in common: route, filters, who asks.
    ///   - epoch: the log's present one.
    /// - Throws: `Problem` 400 `bad-cursor`; 410 `epoch-changed` for a cursor from before a restore or a promotion.
    init(reading text: String, question: [String], secret: SecretKey, epoch: UUID) throws(Problem) {
        let bad = Problem(
            400,
            "bad-cursor",
            "this cursor does not belong to this question; begin again without a cursor",
            items: [
                .init(
                    place: .parameter("cursor"),
                    code: "bad_cursor",
                    detail: "must come from a Link of the same question"
                )
            ]
        )
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - padded.utf8.count % 4) % 4)
        guard text.utf8.count < 200, let data = Data(base64Encoded: padded + padding), data.count >= 24,
            (data.count - 16) % 8 == 0
        else { throw bad }
        let bytes = Array(data)
        let payload = Array(bytes.dropLast(16))
        guard Self.isSame(Array(bytes.suffix(16)), Self.seal(payload, question, secret)) else { throw bad }
        guard Array(payload.prefix(8)) == Array(epoch.bytes.prefix(8)) else {
            throw .epochChanged("cursor", "begin again without a cursor")
        }
        numbers = stride(from: 8, to: payload.count, by: 8).map { start in
            payload[start..<(start + 8)].reduce(0) { $0 << 8 | Int64($1) }
        }
    }

    /// The text for the next page's address.
    func text(question: [String], secret: SecretKey, epoch: UUID) -> String {
        var payload = Array(epoch.bytes.prefix(8))
        for number in numbers { payload.appendNumber(number) }
        return Data(payload + Self.seal(payload, question, secret)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func seal(_ payload: [UInt8], _ question: [String], _ secret: SecretKey) -> [UInt8] {
        var framed: [UInt8] = []
        framed.appendFramed("cursor".utf8)
        for part in question { framed.appendFramed(part.utf8) }
        framed.appendFramed(payload)
        return Array(secret.hmacSHA256(of: framed).prefix(16))
    }

    /// Takes as long for wrong seals as for right ones.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
