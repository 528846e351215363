import Demands
import JSONText

/// The same words in one or several languages.
package struct Wording: Sendable, Equatable {
    package struct Text: Sendable, Equatable {
        /// A BCP 47 tag.
        package var language: String
        package var text: String

        package init(language: String, text: String) {
            self.language = language
            self.text = text
        }
    }

    /// By the bytes of the language; each once.
    package let texts: [Text]

    package init(_ texts: [Text]) {
        self.texts = texts.sorted { $0.language.utf8.lexicographicallyPrecedes($1.language.utf8) }
    }

    /// The words in exactly that language; nil when there are none.
    package func text(in language: String) -> String? { texts.first { $0.language == language }?.text }
}

extension Wording: JSONWritable {
    /// An object: language to text.
    package func write(to json: inout JSONWriter) {
        json.object { json in
            for text in texts { json.field(text.language, text.text) }
        }
    }
}

extension FieldReader {
    /// Languages of one wording.
    package static let maximumLanguages = 20

    /// An object of texts by language, one of them in `language` (when that is known).
    mutating func wording(
        _ name: String,
        in language: String?,
        required: Bool = true,
        maximumScalars: Int,
        allow: TextRules = []
    ) -> Wording? {
        let members = value(name, required: required)?.object?.members ?? []
        return object(name) { inner -> Wording? in
            guard members.count <= Self.maximumLanguages else {
                for member in members { inner.ignore(member.key) }
                inner.report(code: .tooMany, detail: "must have at most \(Self.maximumLanguages) languages")
                return nil
            }
            var texts: [Wording.Text] = []
            for member in members {
                guard CodeForms.languageTag(member.key) != nil else {
                    inner.ignore(member.key)
                    inner.report(member.key, code: .badFormat, detail: "must be named by a BCP 47 tag such as zh")
                    continue
                }
                if let text = inner.string(member.key, maximumScalars: maximumScalars, allow: allow) {
                    texts.append(Wording.Text(language: member.key, text: text))
                }
            }
            if let language, inner.errors.isEmpty, !texts.contains(where: { $0.language == language }) {
                inner.report(code: .required, detail: "must have a text in \(language), the survey's language")
            }
            return Wording(texts)
        }
    }
}
