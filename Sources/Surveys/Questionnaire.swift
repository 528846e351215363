import Demands
import JSONText

/// What a survey asks, and for whom: all that its author writes.
package struct Questionnaire: Sendable, Equatable {
    package static let maximumQuestions = 200

    package var title: Wording
    /// A BCP 47 tag; every wording has a text in it.
    package var language: String
    /// Whose survey it is; its reviewers see it. Nil: the whole tenant's.
    package var organization: String?
    /// Each response counts in these besides those that it names itself.
    package var groups: [GroupLink]
    /// In the order in which they are asked.
    package var questions: [Question]

    package init(
        title: Wording,
        language: String,
        organization: String? = nil,
        groups: [GroupLink] = [],
        questions: [Question]
    ) {
        self.title = title
        self.language = language
        self.organization = organization
        self.groups = groups
        self.questions = questions
    }

    /// The stored form: two questionnaires are the same when these bytes are.
    package var bytes: [UInt8] { JSONWriter.object(capacity: 4_096) { write(to: &$0) } }
}

/// One question.
package struct Question: Sendable, Equatable {
    /// 1 to 40 of a-z, 0-9, `_` and `-`; unique within the questionnaire.
    package var code: String
    package var text: Wording
    package var isRequired: Bool
    package var form: Form

    package init(code: String, text: Wording, isRequired: Bool = false, form: Form) {
        self.code = code
        self.text = text
        self.isRequired = isRequired
        self.form = form
    }

    /// What an answer may be.
    package enum Form: Sendable, Equatable {
        case single([Option])
        /// Between so many and so many options.
        case multiple([Option], minimum: Int, maximum: Int)
        case scale(Scale)
        /// At most so many Unicode scalars.
        case text(maximumLength: Int, demands: DemandRule?)

        /// As it is stored and answered.
        package var name: String {
            switch self {
            case .single: "single"
            case .multiple: "multiple"
            case .scale: "scale"
            case .text: "text"
            }
        }
    }

    package struct Option: Sendable, Equatable {
        /// As a question's; unique within the question.
        package var code: String
        package var text: Wording

        package init(code: String, text: Wording) {
            self.code = code
            self.text = text
        }
    }

    /// Whole numbers from `from` to `to`, 2 to 11 of them.
    package struct Scale: Sendable, Equatable {
        package var from: Int
        package var to: Int
        /// By value; those without one have none.
        package var labels: [Label]

        package init(from: Int, to: Int, labels: [Label] = []) {
            self.from = from
            self.to = to
            self.labels = labels.sorted { $0.value < $1.value }
        }

        package struct Label: Sendable, Equatable {
            package var value: Int
            package var text: Wording

            package init(value: Int, text: Wording) {
                self.value = value
                self.text = text
            }
        }
    }

    /// Every answer to the question voices a demand.
    package struct DemandRule: Sendable, Equatable {
        package var kind: DemandKind?
        /// Nil: the words tell it, or nobody does.
        package var category: String?

        package init(kind: DemandKind? = nil, category: String? = nil) {
            self.kind = kind
            self.category = category
        }
    }

    /// 1 to 40 of a-z, 0-9, `_` and `-`.
    package static func isCode(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || byte == 95 || byte == 45
            }
    }
}
