import Demands
import EventLog
import EventSourcing
import JSONText

/// A message as a caller sent it, checked field by field.
struct FeedbackMessage: Sendable, Equatable {
    var text: String
    var subject: String?
    var groups: [GroupLink]
    var place: String?
    var channel: String
    var occurredAt: Timestamp?
    var source: String?
    var externalID: String?
    var personReference: String?
    var organization: String?
    var language: String?
    var kind: DemandKind?
    var category: String?
    var reportedSupport: Int
}

/// What is accepted from this caller, at this moment.
struct FeedbackRules: Sendable {
    /// The tenant's channels.
    let channels: [String]
    /// A key that anyone can see: it may not speak for other systems, persons or classifiers.
    let isPublishable: Bool
    let now: Timestamp

    init(_ caller: Caller, _ vocabulary: Vocabulary, now: Timestamp) {
        self.init(channels: vocabulary.channels, isPublishable: caller.key.isPublishable, now: now)
    }

    init(channels: [String], isPublishable: Bool, now: Timestamp) {
        self.channels = channels
        self.isPublishable = isPublishable
        self.now = now
    }

    private static let dayInMicroseconds: Int64 = 86_400_000_000
    /// 1900-01-01T00:00:00Z.
    private static let earliest = Timestamp(microsecondsSince1970: -2_208_988_800_000_000)
    private static let notForPublishable = ["source", "externalId", "personRef", "category", "reportedSupport"]

    /// The message that a JSON value holds.
    ///
    /// - Throws: `Problem` 422 that names every mistake by JSON Pointer.
    func read(_ value: JSONValue) throws(Problem) -> FeedbackMessage {
        var fields = FieldReader(value)
        let text = fields.string("text", required: true, maximumScalars: 20_000, allow: .lineBreaks)
        let subject = fields.string("subject", maximumScalars: 500)
        let groups = groups(&fields)
        let place = fields.string("place", maximumScalars: 200)
        let channel = fields.oneOf("channel", channels)
        let occurredAt = time(&fields)
        let organization = fields.parsed(
            "organization",
            expecting: "a code: up to 64 lower-case letters, digits and hyphens",
            Self.code
        )
        let language = fields.parsed("language", expecting: "a BCP 47 tag such as zh or zh-Hans-CN", Self.languageTag)
        let kind = fields.oneOf("kind", DemandKind.self)
        if isPublishable {
            for name in Self.notForPublishable where fields.value(name) != nil {
                fields.report(name, code: .notAllowed, detail: "must not be sent with a publishable key")
            }
        }
        let source = fields.string("source", maximumScalars: 100)
        let externalID = fields.string("externalId", maximumScalars: 200)
        let person = fields.string("personRef", maximumScalars: 200)
        let category = fields.string("category", maximumScalars: 200)
        let support = fields.int("reportedSupport", in: 0...1_000_000_000)
        if externalID != nil || person != nil, fields.value("source") == nil {
            let name = externalID != nil ? "externalId" : "personRef"
            fields.report("source", code: .required, detail: "must be given with \(name)")
        }
        fields.finish()
        let errors = fields.errors
        guard errors.isEmpty, let text else { throw .fields(errors) }
        return FeedbackMessage(
            text: text,
            subject: subject,
            groups: groups,
            place: place,
            channel: channel ?? (isPublishable ? "web" : "other"),
            occurredAt: occurredAt,
            source: source,
            externalID: externalID,
            personReference: person,
            organization: organization,
            language: language,
            kind: kind,
            category: category,
            reportedSupport: support ?? 0
        )
    }

    func groups(_ fields: inout FieldReader) -> [GroupLink] {
        let assertedBy = isPublishable ? "self" : "collector"
        return fields.objects("groups", maximum: 20) { group -> GroupLink? in
            let name = group.string("name", required: true, maximumScalars: 100)
            let words = group.strings("ties", maximum: 5, maximumScalars: 20, unique: true) ?? []
            let ties = words.compactMap(Tie.init)
            if ties.count < words.count {
                let allowed = Tie.allCases.map(\.rawValue).joined(separator: ", ")
                group.report("ties", code: .notAllowed, detail: "must be among \(allowed)")
            }
            return name.map { GroupLink(name: $0, ties: ties, assertedBy: assertedBy) }
        } ?? []
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

    private static func code(_ text: String) -> String? {
        let bytes = text.utf8
        let isPlain: (UInt8) -> Bool = { (97...122).contains($0) || (48...57).contains($0) }
        guard (1...64).contains(bytes.count), bytes.first.map(isPlain) == true,
            bytes.allSatisfy({ isPlain($0) || $0 == 45 })
        else { return nil }
        return text
    }

    /// The shape of a BCP 47 tag: letters first, then subtags of one to eight letters and digits.
    static func languageTag(_ text: String) -> String? {
        guard text.utf8.count <= 35 else { return nil }
        let parts = text.utf8.split(separator: 45, omittingEmptySubsequences: false)
        let isLetter: (UInt8) -> Bool = { (65...90).contains($0 & 0xDF) && $0 >= 65 }
        guard let first = parts.first, (2...8).contains(first.count), first.allSatisfy(isLetter),
            parts.dropFirst().allSatisfy({ part in
                (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || (48...57).contains($0) }
            })
        else { return nil }
        return text
    }
}
