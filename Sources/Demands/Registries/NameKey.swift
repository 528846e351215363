import Foundation

/// A name as names are compared: trimmed, inner blanks collapsed, small letters, composed (NFC).
///
/// Nothing else is folded: `Köln` and `Koeln` differ until somebody registers the one as an alias of the other.
package enum NameKey {
    package static func of(_ name: String) -> String {
        var key = ""
        var pendingBlank = false
        for scalar in name.unicodeScalars {
            if scalar.properties.isWhitespace {
                pendingBlank = !key.isEmpty
            } else {
                if pendingBlank { key.unicodeScalars.append(" ") }
                pendingBlank = false
                key.unicodeScalars.append(scalar)
            }
        }
        return key.lowercased().precomposedStringWithCanonicalMapping
    }

    /// A name that nothing is registered for, as boards show it.
    package static func trimmed(_ name: String) -> String {
        let scalars = name.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
