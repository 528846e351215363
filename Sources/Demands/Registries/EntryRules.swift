import JSONText

/// The rules that entries of all registries share; mistakes are given by pointer from the entry.
enum EntryRules {
    static let maximumAliases = 100
    static let maximumCodes = 1_000

    /// Small letters, digits and hyphens, a letter or digit first, 64 at most.
    ///
    /// - Parameter underscores: as channels have them (`in_person`).
    static func isCode(_ text: String, underscores: Bool = false) -> Bool {
        let bytes = text.utf8
        let isPlain: (UInt8) -> Bool = { (97...122).contains($0) || (48...57).contains($0) }
        guard (1...64).contains(bytes.count), bytes.first.map(isPlain) == true else { return false }
        return bytes.allSatisfy { isPlain($0) || $0 == 45 || (underscores && $0 == 95) }
    }

    static func code(_ code: String, underscores: Bool = false) -> [FieldError] {
        guard !isCode(code, underscores: underscores) else { return [] }
        return [FieldError(pointer: "/code", code: .badFormat, detail: "must be " + codeForm(underscores))]
    }

    private static func codeForm(_ underscores: Bool) -> String {
        "a code: up to 64 small letters, digits and hyphens\(underscores ? " or underscores" : ""), "
            + "a letter or digit first"
    }

    static func parent(_ parent: String?) -> [FieldError] {
        guard let parent, !isCode(parent) else { return [] }
        return [FieldError(pointer: "/parent", code: .badFormat, detail: "must be " + codeForm(false))]
    }

    static func size(_ size: Int?) -> [FieldError] {
        guard let size, !(0...RegistryLimit.size).contains(size) else { return [] }
        return [FieldError(pointer: "/size", code: .outOfRange, detail: "must be from 0 to \(RegistryLimit.size)")]
    }

    static func aliases(_ aliases: [String]) -> [FieldError] {
        list(aliases, at: "/aliases", maximum: maximumAliases) { text($0, at: $1) }
    }

    static func codes(_ codes: [String], at pointer: String) -> [FieldError] {
        list(codes, at: pointer, maximum: maximumCodes) { code, pointer in
            isCode(code) ? [] : [FieldError(pointer: pointer, code: .badFormat, detail: "must be " + codeForm(false))]
        }
    }

    /// A name: something to see, no control characters, not too long.
    static func text(_ text: String, at pointer: String) -> [FieldError] {
        if text.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
            return [FieldError(pointer: pointer, code: .blank, detail: "must hold more than white space")]
        }
        if text.utf8.count > Names.maximumScalars, text.unicodeScalars.count > Names.maximumScalars {
            let detail = "must be at most \(Names.maximumScalars) characters long"
            return [FieldError(pointer: pointer, code: .tooLong, detail: detail)]
        }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            let detail = "must not hold control characters or line breaks"
            return [FieldError(pointer: pointer, code: .notAllowed, detail: detail)]
        }
        return []
    }

    private static func list(
        _ texts: [String],
        at pointer: String,
        maximum: Int,
        _ check: (String, _ pointer: String) -> [FieldError]
    ) -> [FieldError] {
        guard texts.count <= maximum else {
            return [FieldError(pointer: pointer, code: .tooMany, detail: "must have at most \(maximum) elements")]
        }
        var seen: Set<[UInt8]> = []
        return texts.enumerated().flatMap { index, text -> [FieldError] in
            let element = JSONPointer.element(index, of: pointer)
            guard seen.insert(Array(text.utf8)).inserted else {
                return [FieldError(pointer: element, code: .duplicate, detail: "is in the list already")]
            }
            return check(text, element)
        }
    }
}

extension [String] {
    /// In order of their bytes: lists that say the same are equal.
    var inByteOrder: [String] { sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
}
