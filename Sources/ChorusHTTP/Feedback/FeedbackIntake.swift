import Demands
import EventLog
import EventSourcing
import Foundation

/// Takes messages in: makes stream ids, hashes and codes, lets the domain decide, has the store append.
///
/// Knows nothing of HTTP. The receipt is a function of stored events only, so that a retry gets it byte for byte.
struct FeedbackIntake: Sendable {
    let store: any EventStore

    /// A message with all that its storing needs; made without I/O, so that many can be prepared in order.
    struct Prepared: Sendable {
        let message: FeedbackMessage
        let stream: StreamID
        let code: TrackingCode
        let submission: Submission
        /// Whether the stream's id comes from an Idempotency-Key.
        let isKeyed: Bool
    }

    /// What the sender gets.
    struct Receipt: Sendable, Equatable {
        let id: UUID
        /// Of the last event of the command that opened the message.
        let position: Position
        let code: TrackingCode
        /// Whether the message was stored before.
        let isRepeat: Bool
    }

    /// Makes the submission of a message.
    ///
    /// - Parameters:
    ///   - key: what the caller calls this request; ignored when the message has an `externalId`.
    ///   - line: of a bulk body, which makes a key of its own for each line.
    func prepare(
        _ message: FeedbackMessage,
        from caller: Caller,
        _ vocabulary: Vocabulary,
        key: IdempotencyKey? = nil,
        line: Int? = nil
    ) -> Prepared {
        let tenant = caller.tenant
        let id = Self.streamID(message, caller, key, line)
        let code = TrackingCode(message: id, tenant: tenant.code, secret: tenant.intakeSecret)
        let hash = hmacSHA256(message.canonicalBytes, key: tenant.intakeSecret)
        let isKeyed = key != nil && message.externalID == nil
        let stream = StreamID(type: Message.streamType, id: id)
        var person: PersonReference?
        if let source = message.source, let reference = message.personReference {
            person = PersonReference(source: source, reference: reference)
        }
        // Here, where requests work side by side, and not in the decision, for which others wait.
        let category =
            message.category.map { GivenCategory(code: $0) }
            ?? vocabulary.category(subject: message.subject, text: message.text)
        let submission = Submission(
            tenant: tenant.id,
            stream: stream,
            likelyNew: true,
            person: person,
            actor: caller.actor
        ) { known in
            try Self.decide(message, category, known, caller, vocabulary, requestHash: hash, code: code)
        }
        return Prepared(message: message, stream: stream, code: code, submission: submission, isKeyed: isKeyed)
    }

    /// Stores a prepared message, or recognises it.
    ///
    /// - Throws: `MessageRejection`, `Problem` 422 when the Idempotency-Key belongs to another message, `Conflict`,
    ///   `StoreFailure`.
    func store(_ prepared: Prepared) async throws -> Receipt {
        do {
            let appended = try await store.execute(prepared.submission)
            return Receipt(
                id: prepared.stream.id,
                position: try Self.openingPosition(appended),
                code: prepared.code,
                isRepeat: appended.isRepeat
            )
        } catch MessageRejection.contentChanged where prepared.isKeyed {
            throw Problem.idempotencyKeyReused
        }
    }

    /// The stream of the message that a source knows by `externalID`.
    static func streamID(source: String, externalID: String, tenant: TenantRecord) -> UUID {
        streamID(["external", source, externalID], tenant)
    }

    private static func streamID(
        _ message: FeedbackMessage,
        _ caller: Caller,
        _ key: IdempotencyKey?,
        _ line: Int?
    ) -> UUID {
        if let source = message.source, let externalID = message.externalID {
            return streamID(source: source, externalID: externalID, tenant: caller.tenant)
        }
        guard let key else { return UUID() }
        var parts = ["key", caller.key.id, key.text]
        if let line { parts.append(String(line)) }
        return streamID(parts, caller.tenant)
    }

    private static func streamID(_ parts: [String], _ tenant: TenantRecord) -> UUID {
        var framed: [UInt8] = []
        for part in parts { framed.appendFramed(part.utf8) }
        return UUID(hash: hmacSHA256(framed, key: tenant.intakeSecret))
    }

    private static func decide(
        _ message: FeedbackMessage,
        _ category: GivenCategory?,
        _ known: Known,
        _ caller: Caller,
        _ vocabulary: Vocabulary,
        requestHash: [UInt8],
        code: TrackingCode
    ) throws -> Decision {
        let state = try Message.state(after: known.history)
        let text = SealedPassage(1, "text", message.text, message.language)
        let subject = message.subject.map { SealedPassage(2, "subject", $0, message.language) }
        let received = FeedbackReceived(
            coordinates: MessageCoordinates(
                channel: message.channel,
                source: message.source,
                occurredAt: message.occurredAt,
                organization: message.organization,
                place: message.place,
                groups: message.groups,
                language: message.language,
                reportedSupport: message.reportedSupport,
                person: known.personToken
            ),
            text: text.link,
            subject: subject?.link
        )
        // Without a stored hash the words were forgotten: nothing is left that could differ, but only who sent them may
        // be told so.
        let repeats = known.requestHash.map { $0 == requestHash } ?? (known.history.first?.actor == caller.actor)
        let events = try Message.decide(
            .receive(
                ReceiveFeedback(
                    received: received,
                    kind: message.kind,
                    category: category,
                    allowedChannels: vocabulary.channels,
                    repeatsStoredRequest: repeats
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
                source: message.source,
                externalID: message.externalID
            )
        )
    }

    /// Where the command that opened the message ended: its events stand next to each other, and only a correction by a
    /// reviewer could follow as closely.
    static func openingPosition(_ appended: Appended) throws -> Position {
        guard appended.isRepeat else { return appended.position }
        guard let first = appended.history.first else { return 0 }
        var last = first.position
        for event in appended.history.dropFirst() {
            guard event.position == last + 1, event.recordedAt == first.recordedAt, event.actor == first.actor,
                try isOpening(MessageEvent(decoding: event))
            else { break }
            last = event.position
        }
        return last
    }

    private static func isOpening(_ event: MessageEvent) -> Bool {
        switch event {
        case .demandOpened: true
        case .demandCategorised(let categorised): categorised.method != .reviewer
        default: false
        }
    }
}

extension FeedbackMessage {
    /// Every field in a fixed order, framed: two messages give the same bytes only when they say the same.
    var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 256)
        func append(_ field: String?) {
            bytes.append(field == nil ? 0 : 1)
            bytes.appendFramed((field ?? "").utf8)
        }
        append("feedback 1")
        append(text)
        append(subject)
        append(place)
        append(channel)
        append(occurredAt.map { String($0.microsecondsSince1970) })
        append(source)
        append(externalID)
        append(personReference)
        append(organization)
        append(language)
        append(kind?.rawValue)
        append(category)
        append(String(reportedSupport))
        bytes.appendNumber(UInt32(groups.count))
        for group in groups {
            append(group.name)
            append(group.ties.map(\.rawValue).joined(separator: ","))
        }
        return bytes
    }
}
