import EventSourcing
import JSONText

/// What something is called, by language: at most one name a language, in order of the tags' bytes.
package struct Names: Sendable, Equatable {
    package struct Name: Sendable, Equatable {
        /// A BCP 47 tag, as it was given.
        package var language: String
        package var text: String

        package init(_ language: String, _ text: String) {
            self.language = language
            self.text = text
        }
    }

    package let all: [Name]

    /// Of two names with equal tags both are kept, and `mistakes` tells.
    package init(_ names: [Name]) {
        all = names.enumerated().sorted { left, right in
            if left.element.language == right.element.language { return left.offset < right.offset }
            return left.element.language.utf8.lexicographicallyPrecedes(right.element.language.utf8)
        }.map(\.element)
    }

    package init(_ names: KeyValuePairs<String, String>) {
        self.init(names.map { Name($0.key, $0.value) })
    }

    package static let maximum = 50
    package static let maximumScalars = 200

    /// What is wrong with them, by pointer from the entry: `/names/zh`.
    var mistakes: [FieldError] {
        let pointer = "/names"
        guard !all.isEmpty else {
            return [FieldError(pointer: pointer, code: .required, detail: "must hold at least one name")]
        }
        guard all.count <= Self.maximum else {
            return [FieldError(pointer: pointer, code: .tooMany, detail: "must hold at most \(Self.maximum) names")]
        }
        var seen: Set<String> = []
        return all.flatMap { name -> [FieldError] in
            let member = JSONPointer.member(name.language, of: pointer)
            guard LanguageTag.isOne(name.language) else {
                return [
                    FieldError(pointer: member, code: .badFormat, detail: "must be under a BCP 47 tag such as zh or en")
                ]
            }
            guard seen.insert(name.language.lowercased()).inserted else {
                return [FieldError(pointer: member, code: .duplicate, detail: "names this language a second time")]
            }
            return EntryRules.text(name.text, at: member)
        }
    }
}

/// The shape of a BCP 47 tag: letters first, then subtags of one to eight letters and digits; 35 at most.
package enum LanguageTag {
    package static func isOne(_ text: String) -> Bool {
        guard text.utf8.count <= 35 else { return false }
        let parts = text.utf8.split(separator: 45, omittingEmptySubsequences: false)
        let isLetter: (UInt8) -> Bool = { (65...90).contains($0) || (97...122).contains($0) }
        guard let first = parts.first, (2...8).contains(first.count), first.allSatisfy(isLetter) else { return false }
        return parts.dropFirst().allSatisfy { part in
            (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || (48...57).contains($0) }
        }
    }
}

extension Names: JSONWritable {
    /// An object, its members in order of the tags' bytes.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for name in all { json.field(name.language, name.text) }
        }
    }
}

extension EventBody {
    func names(_ name: String = "names") throws(UndecodableEvent) -> Names {
        Names(try texts(name).map { Names.Name($0.name, $0.text) })
    }
}
