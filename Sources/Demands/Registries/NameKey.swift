import Foundation

/// A name as names are compared: trimmed, inner blanks collapsed, small letters, composed (NFC).
///
/// Nothing else is folded: `Köln` and `Koeln` differ until somebody registers the one as an alias of the other.
package enum NameKey {
    package static func of(_ name: String) -> String {
        ofASCII(name) ?? ofAny(name)
    }

    /// The same for names that need no tables of Unicode, which most do; nil for others.
    private static func ofASCII(_ name: String) -> String? {
        var key: [UInt8] = []
        key.reserveCapacity(name.utf8.count)
        var pendingBlank = false
        for byte in name.utf8 {
            switch byte {
            case 0x09...0x0D, 0x20: pendingBlank = !key.isEmpty
            case 0x80...: return nil
            default:
                if pendingBlank { key.append(0x20) }
                pendingBlank = false
                key.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            }
        }
        return String(decoding: key, as: UTF8.self)
    }

    private static func ofAny(_ name: String) -> String {
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
