import EventSourcing
import Foundation
import JSONText

/// A random command: its decision is a pure function of what it may know, and its events hold what it knew.
///
/// So whoever reads the log can say of each event whether it was decided on the state just before it.
struct ModelCommand: Sendable {
    enum Wish: Sendable, Equatable {
        /// So many events; refused once the stream has `limit`.
        case add(Int, limit: Int)
        /// The stream becomes a message with two passages and an intake; the same content again is a repeat.
        case open(content: UInt8)
        /// Further words on a message that is not forgotten.
        case say
        /// The words of the message, and how it came in.
        case forget
        /// Whom the token in the message stands for.
        case forgetPerson
        case nothing
        /// An event whose body is no JSON: PostgreSQL refuses it, and nothing else in its batch.
        case breakTheBatch
    }

    struct Refusal: Error, Equatable {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    let serial: Int
    let wish: Wish
    let stream: StreamID
    let reads: [StreamID]
    /// Refused when one of the streams that it reads has more events.
    let gate: Int
    let person: PersonReference?
    let commandID: UUID?
    let likelyNew: Bool
    let actor: String
    let schemaVersion: Int16

    func submission(to tenant: TenantID) -> Submission {
        Submission(
            tenant: tenant,
            stream: stream,
            reads: reads,
            likelyNew: likelyNew,
            commandID: commandID,
            person: person,
            actor: actor
        ) { known in try decide(known) }
    }

    func decide(_ known: Known) throws(Refusal) -> Decision {
        for read in reads where (known.others[read]?.count ?? 0) > gate { throw Refusal("the gate is closed") }
        let isOpen = known.history.contains { $0.type == "Opened" }
        let isForgotten = known.history.contains { $0.type == "Forgotten" }
        switch wish {
        case .add(let count, let limit):
            guard known.history.count < limit else { throw Refusal("the stream is full") }
            return Decision(events: events(Array(repeating: "Added", count: count), known))
        case .open(let content):
            if isOpen {
                guard let hash = known.requestHash else { throw Refusal("the message was forgotten") }
                guard hash == [content] else { throw Refusal("the content is another") }
                return .nothing
            }
            return Decision(
                events: events(["Opened", "Added"], known),
                passages: [passage(1), passage(2)],
                intake: Intake(
                    trackingHash: Array("tracking \(stream)".utf8),
                    requestHash: [content],
                    source: person?.source,
                    externalID: serial % 2 == 0 ? "external \(serial)" : nil
                )
            )
        case .say:
            guard isOpen else { throw Refusal("the message is not open") }
            guard !isForgotten else { throw Refusal("the message was forgotten") }
            let said = known.history.count { $0.type == "Said" }
            return Decision(events: events(["Said"], known), passages: [passage(Int16(said) + 3)])
        case .forget:
            guard isOpen else { throw Refusal("the message is not open") }
            guard !isForgotten else { return .nothing }
            return Decision(events: events(["Forgotten"], known), forgets: [.words(of: stream.id)])
        case .forgetPerson:
            guard let opening = known.history.first(where: { $0.type == "Opened" }),
                let token = ModelBody(opening.body)?.person,
                !known.history.contains(where: { $0.type == "PersonForgotten" })
            else { return .nothing }
            return Decision(events: events(["PersonForgotten"], known), forgets: [.person(token)])
        case .nothing: return .nothing
        case .breakTheBatch:
            return Decision(events: [NewEvent(type: "Broken", schemaVersion: 1, body: Array(#"{"broken"#.utf8))])
        }
    }

    private func events(_ types: [String], _ known: Known) -> [NewEvent] {
        types.enumerated().map { index, type in
            var body = JSONWriter.object { json in
                json.field("command", serial)
                json.field("number", index + 1)
                json.field("own", fingerprint(known.history))
                json.field("reads", reads.map { known.others[$0].map { fingerprint($0) } ?? "missing" })
                json.field("request", ifPresent: known.requestHash.map { $0.map(Int.init) })
                json.field("person", ifPresent: known.personToken?.uuidString)
            }
            // Blanks belong to the bytes.
            if serial % 7 == 0 { body += Array("\n \t".utf8) }
            return NewEvent(type: type, schemaVersion: schemaVersion, body: body)
        }
    }

    private func passage(_ number: Int16) -> Passage {
        Passage(
            number: number,
            kind: number == 2 ? "subject" : "text",
            language: serial % 3 == 0 ? nil : "zh",
            body: "第 \(number) of \(serial) 🎐",
            salt: [UInt8(truncatingIfNeeded: serial), UInt8(truncatingIfNeeded: number)]
        )
    }

    /// How many events, and FNV-1a over what they are.
    private func fingerprint(_ history: [RecordedEvent]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for event in history {
            for byte in Array("\(event.stream) \(event.version) \(event.type) ".utf8) + event.body {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        return "\(history.count):\(String(hash, radix: 16))"
    }
}

/// What the body of a model event says about where it comes from.
struct ModelBody {
    let command: Int
    let number: Int
    let person: UUID?

    init?(_ body: [UInt8]) {
        guard let value = try? JSONValue.parse(body), let command = value["command"]?.int,
            let number = value["number"]?.int
        else { return nil }
        self.command = command
        self.number = number
        person = value["person"]?.string.flatMap { UUID(uuidString: $0) }
    }
}
