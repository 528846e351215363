import Foundation

/// A demand's id: its message's id and its number within it, `0d5f….1`.
struct DemandID: Sendable, Equatable, CustomStringConvertible {
    let message: UUID
    let number: Int16

    init(message: UUID, number: Int16) {
        self.message = message
        self.number = number
    }

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 36, let message = UUID(uuidString: String(parts[0])),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) }), parts[1].first != "0", let number = Int16(parts[1])
        else { return nil }
        self.message = message
        self.number = number
    }

    var description: String { "\(message.text).\(number)" }
}
