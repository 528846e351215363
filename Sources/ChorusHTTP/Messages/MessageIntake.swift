import Demands
import EventLog
import EventSourcing
import Foundation

/// Stores messages that were made ready: the part that feedback and responses have in common.
///
/// Knows nothing of HTTP. The receipt is a function of stored events only, so that a retry gets it byte for byte.
struct MessageIntake: Sendable {
    let store: any EventStore

    /// A message with all that its storing needs; made without I/O, so that many can be prepared in order.
    struct Prepared: Sendable {
        let stream: StreamID
        let code: TrackingCode
        let submission: Submission
        /// Whether the stream's id comes from an Idempotency-Key.
        let isKeyed: Bool
    }

    /// What the sender gets.
    struct Receipt: Sendable, Equatable {
        let id: UUID
        /// Of the last event of the command that said what is stored: the one that opened the message, or amended it last.
        let position: Position
        let code: TrackingCode
        /// Whether the message was stored before.
        let isRepeat: Bool
    }

    /// Stores a prepared message, or recognises it.
    ///
    /// - Throws: what its decision throws, `Problem` 422 when the Idempotency-Key belongs to another message,
    ///   `Conflict`, `StoreFailure`.
    func store(_ prepared: Prepared) async throws -> Receipt {
        do {
            let appended = try await store.execute(prepared.submission)
            return Receipt(
                id: prepared.stream.id,
                position: try Self.commandPosition(appended),
                code: prepared.code,
                isRepeat: appended.isRepeat
            )
        } catch MessageRejection.contentChanged where prepared.isKeyed {
            throw Problem.idempotencyKeyReused
        }
    }

    /// The id that these parts give, always the same one: an HMAC under the tenant's intake secret.
    static func streamID(_ parts: [String], _ tenant: TenantRecord) -> UUID {
        var framed: [UInt8] = []
        for part in parts { framed.appendFramed(part.utf8) }
        return UUID(hash: tenant.intakeSecret.hmacSHA256(of: framed))
    }

    /// The id of a message without an id at its source: from what its caller calls the request, else in order of
    /// time.
    ///
    /// - Parameter line: of a bulk body, which makes a key of its own for each line.
    static func streamID(_ key: IdempotencyKey?, line: Int?, _ caller: Caller) -> UUID {
        guard let key else { return UUID.timeOrdered() }
        var parts = ["key", caller.key.id, key.text]
        if let line { parts.append(String(line)) }
        return streamID(parts, caller.tenant)
    }

    /// Whether a request says what the stored one said.
    ///
    /// Without a stored hash the words were forgotten: nothing is left that could differ, but only who sent them may be
    /// told so.
    static func repeats(_ known: Known, _ requestHash: [UInt8], _ caller: Caller) -> Bool {
        known.requestHash.map { $0 == requestHash } ?? (known.history.first?.actor == caller.actor)
    }

    /// Where the command ended that said what is stored now: a repeat is one of it. Its events stand next to each other,
    /// and only a correction by a reviewer could follow as closely.
    static func commandPosition(_ appended: Appended) throws -> Position {
        guard appended.isRepeat else { return appended.position }
        let history = appended.history
        let start = history.lastIndex { $0.type == MessageEvent.Name.amended } ?? history.startIndex
        guard start < history.endIndex else { return 0 }
        let first = history[start]
        var last = first.position
        for event in history[(start + 1)...] {
            guard event.position == last + 1, event.recordedAt == first.recordedAt, event.actor == first.actor,
                try isSaidAlong(MessageEvent(decoding: event))
            else { break }
            last = event.position
        }
        return last
    }

    /// Whether the event comes of the same command as a message's opening, or its amendment, before it.
    private static func isSaidAlong(_ event: MessageEvent) -> Bool {
        switch event {
        case .demandOpened: true
        case .demandCategorised(let categorised): categorised.method != .reviewer
        case .demandKindSet(let set): set.method != .reviewer
        case .handled(.againstSet(let set)): set.isGiven
        case .handled(.urgencySet(let set)): set.isGiven
        // Away from whom it speaks against.
        case .handled(.routed(let routed)): routed.reason == nil
        default: false
        }
    }
}

extension [UInt8] {
    /// Adds a field of a request in a framing that tells nil from the empty text.
    mutating func appendField(_ field: String?) {
        append(field == nil ? 0 : 1)
        appendFramed((field ?? "").utf8)
    }

    /// Adds coordinates but for the groups, in an order that stored hashes depend on.
    mutating func append(_ given: GivenCoordinates) {
        appendField(given.place)
        appendField(given.channel)
        appendField(given.occurredAt.map { String($0.microsecondsSince1970) })
        appendField(given.source)
        appendField(given.externalID)
        appendField(given.personReference)
        appendField(given.organization)
        appendField(given.language)
    }

    /// Adds groups as they were given; who asserts them is no part of what was said.
    mutating func append(_ groups: [GroupLink]) {
        appendNumber(UInt32(groups.count))
        for group in groups {
            appendField(group.name)
            appendField(group.ties.map(\.rawValue).joined(separator: ","))
        }
    }
}
