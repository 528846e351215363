/// A text and what it is, from people who know: one example to learn from or to be judged by.
package struct LabelledText: Sendable, Equatable {
    package let text: String
    package let label: String
    /// Texts about the same thing, or copies of each other: never learned from and judged by at once. nil: a group alone.
    package let group: String?
    /// Who wrote it, in any form that tells people apart; nil: somebody else than everybody else.
    package let person: String?

    package init(text: String, label: String, group: String? = nil, person: String? = nil) {
        self.text = text
        self.label = label
        self.group = group
        self.person = person
    }
}
