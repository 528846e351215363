import Demands
import EventLog
import EventSourcing
import Foundation

/// Makes feedback ready for storing: stream ids, hashes and codes; the domain decides. `MessageIntake` stores it.
enum FeedbackIntake {
    /// Makes the submission of a message.
    ///
    /// - Parameters:
    ///   - key: what the caller calls this request; ignored when the message has an `externalId`.
    ///   - line: of a bulk body, which makes a key of its own for each line.
    ///   - onChange: what becomes of other content under the same `externalId`; an Idempotency-Key names a request, which
    ///     never changes.
    static func prepare(
        _ message: FeedbackMessage,
        from caller: Caller,
        _ vocabulary: Vocabulary,
        key: IdempotencyKey? = nil,
        line: Int? = nil,
        onChange: OnChange = .refuse
    ) -> MessageIntake.Prepared {
        let tenant = caller.tenant
        let id = streamID(message, caller, key, line)
        let code = TrackingCode(message: id, tenant: tenant.code, secret: tenant.intakeSecret)
        let content = message.canonicalBytes
        let hash = tenant.intakeSecret.hmacSHA256(of: content)
        let amends = onChange == .amend && message.coordinates.externalID != nil
        let isKeyed = key != nil && message.coordinates.externalID == nil
        let stream = StreamID(type: Message.streamType, id: id)
        // Here, where requests work side by side, and not in the decision, for which others wait.
        let text = SealedPassage(1, "text", message.text, message.coordinates.language)
        let subject = message.subject.map { SealedPassage(2, "subject", $0, message.coordinates.language) }
        let category =
            message.category.map { GivenCategory(code: $0) }
            ?? vocabulary.category(subject: message.subject, text: message.text)
        let submission = Submission(
            tenant: tenant.id,
            stream: stream,
            likelyNew: !amends,
            person: message.coordinates.person,
            actor: caller.actor,
            bytes: Submission.usualBytes + content.count,
            // A second amendment of the same content is one of its own, if another came between.
            recognisesItself: !amends
        ) { known in
            try decide(
                message,
                (text, subject),
                category,
                known,
                caller,
                vocabulary,
                requestHash: hash,
                code: code,
                onChange: amends ? .amend : .refuse
            )
        }
        return MessageIntake.Prepared(stream: stream, code: code, submission: submission, isKeyed: isKeyed)
    }

    /// The stream of the message that a source knows by `externalID`.
    static func streamID(source: String, externalID: String, tenant: TenantRecord) -> UUID {
        MessageIntake.streamID(["external", source, externalID], tenant)
    }

    private static func streamID(
        _ message: FeedbackMessage,
        _ caller: Caller,
        _ key: IdempotencyKey?,
        _ line: Int?
    ) -> UUID {
        if let source = message.coordinates.source, let externalID = message.coordinates.externalID {
            return streamID(source: source, externalID: externalID, tenant: caller.tenant)
        }
        return MessageIntake.streamID(key, line: line, caller)
    }

    private static func decide(
        _ message: FeedbackMessage,
        _ words: (text: SealedPassage, subject: SealedPassage?),
        _ category: GivenCategory?,
        _ known: Known,
        _ caller: Caller,
        _ vocabulary: Vocabulary,
        requestHash: [UInt8],
        code: TrackingCode,
        onChange: OnChange
    ) throws -> Decision {
        let state = try Message.state(after: known.history)
        let given = message.coordinates
        let text = words.text.numbered(state.lastPassage + 1)
        let subject = words.subject?.numbered(state.lastPassage + 2)
        var coordinates = given.coordinates(person: known.personToken, reportedSupport: message.reportedSupport)
        // Whom it speaks against is not told of it, nor is anybody below: it counts as addressed to nobody. An amendment that
        // does not say so any more leaves it so.
        let against = [message.against] + state.demands.map(\.handling.against)
        if let addressed = coordinates.organization,
            against.contains(where: { $0.map { vocabulary.organizations.isWithin(addressed, $0) } ?? false })
        {
            coordinates.organization = nil
        }
        let received = FeedbackReceived(
            coordinates: coordinates,
            text: text.link,
            subject: subject?.link
        )
        let repeats = MessageIntake.repeats(known, requestHash, caller)
        let events = try Message.decide(
            .receive(
                ReceiveFeedback(
                    received: received,
                    kind: message.kind,
                    category: category,
                    allowedChannels: vocabulary.channels,
                    repeatsStoredRequest: repeats,
                    onChange: onChange,
                    against: message.against,
                    isUrgent: message.isUrgent,
                    organizations: vocabulary.organizations
                )
            ),
            state
        )
        guard !events.isEmpty else { return .nothing }
        return Decision(
            events: events.map(\.encoded),
            passages: [text.passage] + (subject.map { [$0.passage] } ?? []),
            intake: Intake(
                trackingHash: code.hash,
                requestHash: requestHash,
                source: given.source,
                externalID: given.externalID
            )
        )
    }
}

extension FeedbackMessage {
    /// Every field in a fixed order, framed: two messages give the same bytes only when they say the same.
    var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 256)
        func append(_ field: String?) { bytes.appendField(field) }
        append("feedback 1")
        append(text)
        append(subject)
        bytes.append(coordinates)
        append(kind?.rawValue)
        append(category)
        append(String(reportedSupport))
        bytes.append(coordinates.groups)
        // Only where they are said: messages of before have the hashes that they had.
        if let against { append("against " + against) }
        if isUrgent { append("urgent") }
        return bytes
    }
}
