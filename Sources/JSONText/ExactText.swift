/// Text compared scalar by scalar, as RFC 8259, section 8.3, compares names, and not by canonical equivalence.
package struct ExactText: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether both are the same scalars. Texts that are not even equivalent are told apart by the standard library.
    package static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left == right && left.utf8.elementsEqual(right.utf8)
    }

    package static func == (left: ExactText, right: ExactText) -> Bool {
        same(left.text, right.text)
    }

    /// Same text, same hash: equivalent texts share one as well, which costs nothing but a comparison.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }

    /// The text of these bytes, or nil when they are not UTF-8.
    ///
    /// The repairing initializer is the one that the standard library has specialised (`String(validating:)` looks its
    /// types up at run time, which takes longer than most strings); it never leaves ill-formed bytes as they were, so
    /// bytes that come back unchanged were valid.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var text = String(decoding: bytes, as: UTF8.self)
        return text.withUTF8({ sameBytes($0, bytes) }) ? text : nil
    }

    private static func sameBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        let (left, right) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
        var at = 0
        while at + 8 <= left.count {
            let same =
                left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            guard same else { return false }
            at += 8
        }
        while at < left.count {
            guard left[at] == right[at] else { return false }
            at += 1
        }
        return true
    }

    /// At most `limit` scalars of the text, with an ellipsis for what was cut and U+FFFD for control characters,
    /// so that a name out of somebody's input can stand in an error message.
    static func clip(_ text: String, to limit: Int) -> String {
        var clipped = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            if count == limit {
                clipped.append("…")
                break
            }
            clipped.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
            count += 1
        }
        return String(clipped)
    }
}
