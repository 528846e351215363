import Demands
import EventLog
import EventSourcing
import JSONText

/// A message as a caller sent it, checked field by field.
struct FeedbackMessage: Sendable, Equatable {
    var text: String
    var subject: String?
    var coordinates: GivenCoordinates
    var kind: DemandKind?
    var category: String?
    var reportedSupport: Int
    /// The organization that it speaks against.
    var against: String?
    var isUrgent = false
}

/// What is accepted from this caller, at this moment.
struct FeedbackRules: Sendable {
    /// A key that anyone can see: it may not speak for other systems, persons or classifiers.
    let isPublishable: Bool
    let now: Timestamp

    init(_ caller: Caller, now: Timestamp) {
        isPublishable = caller.key.isPublishable
        self.now = now
    }

    private var coordinates: CoordinateRules {
        CoordinateRules(isPublishable: isPublishable, now: now)
    }

    /// The message that a JSON value holds.
    ///
    /// - Throws: `Problem` 422 that names every mistake by JSON Pointer.
    func read(_ value: JSONValue) throws(Problem) -> FeedbackMessage {
        var fields = FieldReader(value)
        let text = fields.string("text", required: true, maximumScalars: 20_000, allow: .lineBreaks)
        let subject = fields.string("subject", maximumScalars: 500)
        let given = coordinates.read(&fields, notForPublishable: ["category", "reportedSupport", "urgent"])
        let kind = fields.oneOf("kind", DemandKind.self)
        let category = fields.string("category", maximumScalars: 200)
        let support = fields.int("reportedSupport", in: 0...1_000_000_000)
        let against = fields.parsed(
            "against",
            expecting: "a code: up to 64 lower-case letters, digits and hyphens",
            CodeForms.organization
        )
        let isUrgent = fields.bool("urgent")
        fields.finish()
        let errors = fields.errors
        guard errors.isEmpty, let text else { throw .fields(errors) }
        return FeedbackMessage(
            text: text,
            subject: subject,
            coordinates: given,
            kind: kind,
            category: category,
            reportedSupport: support ?? 0,
            against: against,
            isUrgent: isUrgent ?? false
        )
    }
}
