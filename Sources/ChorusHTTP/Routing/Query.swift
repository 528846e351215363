import EventSourcing
import Foundation
import Postgres

/// The parameters of a query; each may come once, and those that no route asks for are refused.
struct Query: Sendable {
    private let text: Substring

    /// - Parameter text: what stands behind the question mark.
    init(_ text: Substring) {
        self.text = text
    }

    /// Decodes the parameters.
    ///
    /// - Throws: `Problem` for names that are not among `known`, for repeated ones, and for broken escapes.
    func values(_ known: Set<String>) throws(Problem) -> [String: String] {
        var values: [String: String] = [:]
        guard !text.isEmpty else { return values }
        for pair in text.split(separator: "&", omittingEmptySubsequences: true) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), known.contains(name) else {
                let list = known.sorted().joined(separator: ", ")
                throw Problem(
                    400,
                    "bad-query",
                    known.isEmpty ? "this route takes no parameters" : "this route takes the parameters \(list) only"
                )
            }
            guard let value = decoded(parts.count > 1 ? parts[1] : "") else {
                throw .parameter(name, "bad_format", "must be UTF-8 in percent-encoding, without control characters")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .parameter(name, "duplicate", "must be given once")
            }
        }
        return values
    }

    private func decoded(_ text: Substring) -> String? {
        let plain = text.contains("+") ? text.replacing("+", with: " ") : text
        guard let decoded = plain.contains("%") ? String(plain).removingPercentEncoding : String(plain),
            !decoded.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { return nil }
        return decoded
    }
}

extension [String: String] {
    /// A whole number within the range, or nil when the parameter is absent.
    func int64(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let text = self[name] else { return nil }
        guard let value = Int64(text), range.contains(value), !text.hasPrefix("+") else {
            throw .parameter(
                name,
                "out_of_range",
                "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    /// A day, or nil when the parameter is absent.
    func date(_ name: String) throws(Problem) -> PostgresDate? {
        guard let text = self[name] else { return nil }
        guard let date = PostgresDate(iso: text) else {
            throw .parameter(name, "bad_format", "must be a date such as 2026-01-31")
        }
        return date
    }

    /// One of the words, or nil when the parameter is absent.
    func oneOf(_ name: String, _ words: [String]) throws(Problem) -> String? {
        guard let text = self[name] else { return nil }
        guard words.contains(text) else {
            throw .parameter(name, "not_allowed", "must be one of \(words.joined(separator: ", "))")
        }
        return text
    }
}
