/// A field of a feedback that an import can fill, named as HTTP names it.
package enum FeedbackField: String, Sendable, CaseIterable {
    case text, subject, groups, place, channel, occurredAt, source, externalId, personRef, organization, language
    case kind, category, reportedSupport

    /// All names, for messages.
    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
