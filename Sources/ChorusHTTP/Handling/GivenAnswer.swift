import Demands
import EventSourcing
import JSONText

/// An answer as a body gives it, to one demand or to many.
struct GivenAnswer: Sendable {
    let text: String
    /// Who answers; nil: as the demand says, whoever is responsible.
    let organization: String?
    let isSubstantive: Bool
    let repliedAt: Timestamp?
    /// The topic that is answered as a whole.
    var topic: String?
    private let organizations: OrganizationTree

    /// Nil when the body has mistakes, which then are in the reader.
    init?(_ fields: inout FieldReader, _ context: HandlingRoutes.Context) {
        let text = fields.prose("text", required: true)
        let organization = fields.organization("organization")
        let acknowledges = fields.bool("acknowledges") ?? false
        let at = fields.parsed(
            "repliedAt",
            expecting: "an RFC 3339 time with offset, such as 2026-01-31T08:00:00+08:00"
        ) { Timestamp(rfc3339: $0) }
        if let organization {
            if let own = context.caller.key.organization, own != organization {
                fields.report(
                    "organization",
                    code: .notAllowed,
                    detail: "must be \(own): this key answers for it only"
                )
            } else if !context.organizations.knows(organization) {
                fields.report(
                    "organization",
                    code: .unknownCode,
                    detail: "must be the code of a registered organization"
                )
            }
        }
        guard let text else { return nil }
        self.text = text
        self.organization = context.caller.key.organization ?? organization
        isSubstantive = !acknowledges && !Acknowledgement.isAll(of: text)
        repliedAt = at
        organizations = context.organizations
    }

    var wish: HandlingRoutes.Wish {
        HandlingRoutes.Wish(words: text, kind: "reply") { demand, link in
            guard let link else { throw Problem.failure(cause: "a reply without words was let in") }
            let by = organization ?? demand.handling.route?.responsible
            if let by, let against = demand.handling.against, organizations.isWithin(by, against) {
                throw MessageRejection.handling(.isAgainst(by))
            }
            return .reply(
                GivenReply(
                    organization: by,
                    text: link,
                    isSubstantive: isSubstantive,
                    repliedAt: repliedAt,
                    topic: topic
                )
            )
        } matches: { event in
            if case .replied = event { true } else { false }
        }
    }
}
