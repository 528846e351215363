import Demands
import JSONText

/// One form for requests, answers and events. A stored questionnaire is read by the same rules as a new one, so limits
/// may be widened, never narrowed.
extension Questionnaire {
    /// The questionnaire that an object holds; nil leaves errors in the reader.
    ///
    /// - Parameter defaultLanguage: of a questionnaire that names none.
    package init?(reading fields: inout FieldReader, defaultLanguage: String?) {
        let tag = fields.parsed("language", expecting: "a BCP 47 tag such as zh", CodeForms.languageTag)
        let language = fields.value("language") == nil ? defaultLanguage : tag
        let title = fields.wording("title", in: language, maximumScalars: 500)
        let organization = fields.parsed(
            "organization",
            expecting: "a code: up to 64 lower-case letters, digits and hyphens",
            CodeForms.organization
        )
        let groups = fields.groups(assertedBy: "survey")
        var codes: Set<String> = []
        let questions = fields.objects("questions", maximum: Self.maximumQuestions) { question in
            Question(reading: &question, language: language, codes: &codes)
        }
        guard fields.errors.isEmpty, let title, let language else { return nil }
        self.init(
            title: title,
            language: language,
            organization: organization,
            groups: groups,
            questions: questions ?? []
        )
    }

    /// The members of the object.
    package func write(to json: inout JSONWriter) {
        json.field("title", title)
        json.field("language", language)
        json.field("organization", ifPresent: organization)
        if !groups.isEmpty {
            json.array("groups", of: groups) { json, group in
                json.object { json in
                    json.field("name", group.name)
                    json.field("ties", group.ties.map(\.rawValue))
                }
            }
        }
        json.array("questions", of: questions) { json, question in json.object { question.write(to: &$0) } }
    }
}

extension FieldReader {
    /// The code of a question or option, which no earlier one may have.
    fileprivate mutating func code(_ codes: inout Set<String>) -> String? {
        let code = parsed("code", required: true, expecting: "1 to 40 of a-z, 0-9, _ and -") { text in
            Question.isCode(text) ? text : nil
        }
        if let code, !codes.insert(code).inserted {
            report("code", code: .duplicate, detail: "is the code of an earlier one")
        }
        return code
    }
}

extension Question {
    fileprivate init?(reading fields: inout FieldReader, language: String?, codes: inout Set<String>) {
        let code = fields.code(&codes)
        let text = fields.wording("text", in: language, maximumScalars: 2_000, allow: .lineBreaks)
        let isRequired = fields.bool("required") ?? false
        let form: Form?
        switch fields.oneOf("type", ["single", "multiple", "scale", "text"], required: true) {
        case "single": form = Self.options(&fields, language).map { .single($0) }
        case "multiple": form = Self.multiple(&fields, language)
        case "scale": form = Self.scale(&fields, language).map { .scale($0) }
        case "text": form = Self.text(&fields)
        default:
            // Nobody can say which of these belong here.
            for name in ["options", "minimum", "maximum", "scale", "maximumLength", "collectsDemands"] {
                fields.ignore(name)
            }
            form = nil
        }
        guard let code, let text, let form else { return nil }
        self.init(code: code, text: text, isRequired: isRequired, form: form)
    }

    private static func options(_ fields: inout FieldReader, _ language: String?) -> [Option]? {
        let given = fields.value("options")?.array?.count
        var codes: Set<String> = []
        let options = fields.objects("options", required: true, maximum: 100) { option -> Option? in
            let code = option.code(&codes)
            let text = option.wording("text", in: language, maximumScalars: 500)
            guard let code, let text else { return nil }
            return Option(code: code, text: text)
        }
        if let given, given < 2 {
            fields.report("options", code: "too_few", detail: "must have at least 2 elements")
        }
        return options
    }

    private static func multiple(_ fields: inout FieldReader, _ language: String?) -> Form? {
        let options = options(&fields, language)
        let count = max(1, options?.count ?? 100)
        let minimum = fields.int("minimum", in: 1...count) ?? 1
        let maximum = fields.int("maximum", in: 1...count) ?? count
        if minimum > maximum {
            fields.report("minimum", code: .outOfRange, detail: "must not be more than maximum")
        }
        return options.map { .multiple($0, minimum: minimum, maximum: maximum) }
    }

    private static func scale(_ fields: inout FieldReader, _ language: String?) -> Scale? {
        fields.object("scale", required: true) { scale -> Scale? in
            let from = scale.int("from", required: true, in: -1_000...1_000)
            let to = scale.int("to", required: true, in: -1_000...1_000)
            var steps: ClosedRange<Int>?
            if let from, let to {
                if (2...11).contains(to - from + 1) {
                    steps = from...to
                } else {
                    scale.report("to", code: .outOfRange, detail: "must make 2 to 11 steps from from to to")
                }
            }
            var values: Set<Int> = []
            let labels = scale.objects("labels", maximum: 11) { label -> Scale.Label? in
                let value = label.int("value", required: true, in: steps ?? -1_000...1_000)
                let text = label.wording("text", in: language, maximumScalars: 200)
                if let value, !values.insert(value).inserted {
                    label.report("value", code: .duplicate, detail: "has a label already")
                }
                guard let value, let text else { return nil }
                return Scale.Label(value: value, text: text)
            }
            guard let steps else { return nil }
            return Scale(from: steps.lowerBound, to: steps.upperBound, labels: labels ?? [])
        }
    }

    private static func text(_ fields: inout FieldReader) -> Form {
        let maximum = fields.int("maximumLength", in: 1...20_000) ?? 2_000
        let demands = fields.object("collectsDemands") { rule -> DemandRule? in
            let kind = rule.oneOf("kind", DemandKind.self)
            let category = rule.string("category", maximumScalars: 200)
            return DemandRule(kind: kind, category: category)
        }
        return .text(maximumLength: maximum, demands: demands)
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.field("code", code)
        json.field("text", text)
        json.field("type", form.name)
        json.field("required", isRequired)
        switch form {
        case .single(let options): Self.write(options, to: &json)
        case .multiple(let options, let minimum, let maximum):
            Self.write(options, to: &json)
            json.field("minimum", minimum)
            json.field("maximum", maximum)
        case .scale(let scale):
            json.object("scale") { json in
                json.field("from", scale.from)
                json.field("to", scale.to)
                guard !scale.labels.isEmpty else { return }
                json.array("labels", of: scale.labels) { json, label in
                    json.object { json in
                        json.field("value", label.value)
                        json.field("text", label.text)
                    }
                }
            }
        case .text(let maximumLength, let demands):
            json.field("maximumLength", maximumLength)
            guard let demands else { return }
            json.object("collectsDemands") { json in
                json.field("kind", ifPresent: demands.kind?.rawValue)
                json.field("category", ifPresent: demands.category)
            }
        }
    }

    private static func write(_ options: [Option], to json: inout JSONWriter) {
        json.array("options", of: options) { json, option in
            json.object { json in
                json.field("code", option.code)
                json.field("text", option.text)
            }
        }
    }
}
