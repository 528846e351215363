import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText

/// Where a message comes from, as its caller says: the fields that feedback and responses have in common.
struct GivenCoordinates: Sendable, Equatable {
    var groups: [GroupLink]
    var place: String?
    var channel: String
    var occurredAt: Timestamp?
    var source: String?
    var externalID: String?
    var personReference: String?
    var organization: String?
    var language: String?

    /// As events hold them, with the token that stands for the sender.
    func coordinates(person token: UUID?, reportedSupport: Int = 0) -> MessageCoordinates {
        MessageCoordinates(
            channel: channel,
            source: source,
            occurredAt: occurredAt,
            organization: organization,
            place: place,
            groups: groups,
            language: language,
            reportedSupport: reportedSupport,
            person: token
        )
    }

    /// The sender, if it can be known.
    var person: PersonReference? {
        guard let source, let personReference else { return nil }
        return PersonReference(source: source, reference: personReference)
    }
}

/// Reads coordinates: what is accepted from this caller, at this moment.
struct CoordinateRules: Sendable {
    /// A key that anyone can see: it may not speak for other systems or persons.
    let isPublishable: Bool
    let now: Timestamp

    private static let dayInMicroseconds: Int64 = 86_400_000_000
    /// 1900-01-01T00:00:00Z.
    private static let earliest = Timestamp(microsecondsSince1970: -2_208_988_800_000_000)

    /// The coordinates among the members of an object; mistakes stay in the reader.
    ///
    /// - Parameter notForPublishable: further members that a publishable key may not send.
    func read(_ fields: inout FieldReader, notForPublishable: [String] = []) -> GivenCoordinates {
        let groups = fields.groups(assertedBy: isPublishable ? "self" : "collector")
        let place = fields.string("place", maximumScalars: 200)
        // Whether the tenant has it is for the decision to say: a repeat of what is stored stays one, whatever became of
        // its channel.
        let channel = fields.string("channel", maximumScalars: 64)
        let occurredAt = time(&fields)
        let organization = fields.parsed(
            "organization",
            expecting: "a code: up to 64 lower-case letters, digits and hyphens",
            CodeForms.organization
        )
        let language = fields.parsed(
            "language",
            expecting: "a BCP 47 tag such as zh or zh-Hans-CN",
            CodeForms.languageTag
        )
        if isPublishable {
            for name in ["source", "externalId", "personRef"] + notForPublishable where fields.value(name) != nil {
                fields.report(name, code: .notAllowed, detail: "must not be sent with a publishable key")
            }
        }
        let source = fields.string("source", maximumScalars: 100)
        let externalID = fields.string("externalId", maximumScalars: 200)
        let person = fields.string("personRef", maximumScalars: 200)
        if externalID != nil || person != nil, fields.value("source") == nil {
            let name = externalID != nil ? "externalId" : "personRef"
            fields.report("source", code: .required, detail: "must be given with \(name)")
        }
        return GivenCoordinates(
            groups: groups,
            place: place,
            channel: channel ?? (isPublishable ? "web" : "other"),
            occurredAt: occurredAt,
            source: source,
            externalID: externalID,
            personReference: person,
            organization: organization,
            language: language
        )
    }

    private func time(_ fields: inout FieldReader) -> Timestamp? {
        let expecting = "an RFC 3339 time with offset, such as 2026-01-31T08:00:00+08:00"
        guard let time = fields.parsed("occurredAt", expecting: expecting, { Timestamp(rfc3339: $0) }) else {
            return nil
        }
        let latest = now.microsecondsSince1970 + Self.dayInMicroseconds
        guard time >= Self.earliest, time.microsecondsSince1970 <= latest else {
            fields.report(
                "occurredAt",
                code: .outOfRange,
                detail: "must lie after 1900 and not more than a day in the future"
            )
            return nil
        }
        return time
    }
}
