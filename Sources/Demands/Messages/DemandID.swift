import Foundation

/// A demand's id: its message's id and its number within it, `0d5f….1`.
package struct DemandID: Sendable, Hashable, CustomStringConvertible {
    package let message: UUID
    /// From 1 within its message.
    package let number: Int16

    package init(message: UUID, number: Int16) {
        self.message = message
        self.number = number
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 36, let message = UUID(uuidString: String(parts[0])),
            parts[1].utf8.allSatisfy({ (48...57).contains($0) }), parts[1].first != "0", let number = Int16(parts[1])
        else { return nil }
        self.message = message
        self.number = number
    }

    package var description: String { "\(message.uuidString.lowercased()).\(number)" }
}
