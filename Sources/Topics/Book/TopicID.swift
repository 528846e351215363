/// A topic's name: after the demand that founded it, or after the operation that split it off.
package enum TopicID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The position of the founding demand.
    case founded(Int64)
    /// The number of the split.
    case split(Int)

    /// `t12` or `s3`, as events hold it.
    package var description: String {
        switch self {
        case .founded(let position): "t\(position)"
        case .split(let operation): "s\(operation)"
        }
    }

    package init?(_ text: String) {
        let number = text.dropFirst()
        guard let value = Int64(number), value >= 0, "\(value)" == number else { return nil }
        switch text.first {
        case "t": self = .founded(value)
        case "s": self = .split(Int(value))
        default: return nil
        }
    }
}
