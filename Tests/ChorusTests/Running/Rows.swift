import Foundation
import JSONText

/// Generated messages: nobody's words.
enum Rows {
    /// NDJSON with one message a line.
    static func ndjson(_ count: Int, from first: Int = 1) -> String {
        (first..<first + count).map { number in
            let bytes = JSONWriter.object { json in
                json.field("id", number)
                json.field("user", "u\(number % 50)")
                json.field("time", "2020-03-\(10 + number % 10) 08:00:00")
                json.field("detail", "wish number \(number)")
                json.field("likes", number % 7)
            }
            return String(decoding: bytes, as: UTF8.self) + "\n"
        }.joined()
    }

    /// The options that import them.
    static let mapping = [
        "--map", "text=detail,occurredAt=time,externalId=id,personRef=user,reportedSupport=likes",
        "--set", "channel=forum,source=generated", "--timezone", "Asia/Shanghai",
    ]
}

/// The totals that `import --json` printed.
struct Totals: Equatable {
    let read: Int
    let stored: Int
    let alreadyThere: Int
    let refused: Int

    init(_ read: Int, stored: Int, alreadyThere: Int, refused: Int) {
        (self.read, self.stored, self.alreadyThere, self.refused) = (read, stored, alreadyThere, refused)
    }

    init(_ ended: Binary.Ended) throws {
        let value = try JSONValue.parse(ended.output.trimmingCharacters(in: .whitespacesAndNewlines))
        func number(_ name: String) -> Int { value[name]?.int ?? -1 }
        self.init(
            number("read"),
            stored: number("stored"),
            alreadyThere: number("alreadyThere"),
            refused: number("refused")
        )
    }
}
