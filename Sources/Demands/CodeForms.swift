/// The forms of codes that bodies hold: each gives the text back, or nil when it has another form.
package enum CodeForms {
    /// Up to 64 lower-case letters, digits and hyphens, no hyphen first.
    package static func organization(_ text: String) -> String? {
        let bytes = text.utf8
        let isPlain: (UInt8) -> Bool = { (97...122).contains($0) || (48...57).contains($0) }
        guard (1...64).contains(bytes.count), bytes.first.map(isPlain) == true,
            bytes.allSatisfy({ isPlain($0) || $0 == 45 })
        else { return nil }
        return text
    }

    /// The shape of a BCP 47 tag: letters first, then subtags of one to eight letters and digits.
    package static func languageTag(_ text: String) -> String? {
        guard text.utf8.count <= 35 else { return nil }
        let parts = text.utf8.split(separator: 45, omittingEmptySubsequences: false)
        let isLetter: (UInt8) -> Bool = { (65...90).contains($0 & 0xDF) && $0 >= 65 }
        guard let first = parts.first, (2...8).contains(first.count), first.allSatisfy(isLetter),
            parts.dropFirst().allSatisfy({ part in
                (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || (48...57).contains($0) }
            })
        else { return nil }
        return text
    }
}
