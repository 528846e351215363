import EventSourcing
import Foundation

/// The model: a log in memory, told in the order that the stored log gives, deciding each command anew.
///
/// It shares nothing with the stores but the rules of the commands, which are part of the test.
struct ModelLog {
    /// The events of one command.
    struct Entry {
        let command: ModelCommand
        let first: Position
        let events: [RecordedEvent]

        var last: Position { first + Position(events.count) - 1 }
    }

    struct Violation: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) {
            self.description = description
        }
    }

    /// In order of position.
    private(set) var entries: [Entry] = []
    private(set) var streams: [StreamID: [RecordedEvent]] = [:]
    private(set) var people: [PersonReference: UUID] = [:]
    private(set) var passages: [UUID: [Int16: Passage]] = [:]
    private(set) var intakes: [UUID: Intake] = [:]
    private(set) var commands: [UUID: Entry] = [:]
    private var contents: [UUID: UInt8] = [:]
    private var tokens: Set<UUID> = []

    /// Replays the stored events, each command's together.
    init(replaying events: [RecordedEvent], of plan: ModelPlan) throws(Violation) {
        var last = Timestamp(microsecondsSince1970: .min)
        for (index, event) in events.enumerated() {
            guard event.position == Position(index + 1) else {
                throw Violation("position \(index + 1) is missing, \(event.position) stands in its place")
            }
            guard event.recordedAt >= last else { throw Violation("recorded_at goes back at \(event.position)") }
            last = event.recordedAt
        }
        var next = 0
        while next < events.count { next += try replay(events[next...], of: plan) }
    }

    private mutating func replay(_ rest: ArraySlice<RecordedEvent>, of plan: ModelPlan) throws(Violation) -> Int {
        guard let event = rest.first else { return 0 }
        guard let body = ModelBody(event.body), plan.commands.indices.contains(body.command) else {
            throw Violation("the event at \(event.position) comes from no command: \(text(event.body))")
        }
        let command = plan.commands[body.command]
        let decision: Decision
        do {
            let token = try token(of: command, body, at: event.position)
            decision = try command.decide(known(to: command, token: token))
        } catch let violation as Violation {
            throw violation
        } catch {
            throw Violation("command \(command.serial) is stored at \(event.position) and had to be refused: \(error)")
        }
        let version = Version(streams[command.stream]?.count ?? 0)
        let stored = Array(rest.prefix(max(1, decision.events.count)))
        let due = decision.events.enumerated().map { index, due in
            RecordedEvent(
                position: event.position + Position(index),
                stream: command.stream,
                version: version + Version(index) + 1,
                type: due.type,
                schemaVersion: due.schemaVersion,
                body: due.body,
                actor: command.actor,
                recordedAt: event.recordedAt
            )
        }
        guard stored == due else {
            throw Violation(
                "command \(command.serial) (\(command.wish)) at \(event.position) had to be "
                    + "\(due.map { told($0) }), and is \(stored.map { told($0) })"
            )
        }
        try apply(decision, Entry(command: command, first: event.position, events: stored), body.person)
        return stored.count
    }

    private func known(to command: ModelCommand, token: UUID?) -> Known {
        var others: [StreamID: [RecordedEvent]] = [:]
        for read in command.reads { others[read] = streams[read] ?? [] }
        return Known(
            history: streams[command.stream] ?? [],
            others: others,
            personToken: token,
            requestHash: intakes[command.stream.id]?.requestHash
        )
    }

    /// Whom the event names must be who the vault knew, or somebody new whom nothing named before.
    private func token(
        of command: ModelCommand,
        _ body: ModelBody,
        at position: Position
    ) throws(Violation) -> UUID? {
        guard let person = command.person else { return nil }
        guard let token = body.person else { throw Violation("the event at \(position) names nobody") }
        if let known = people[person], known != token {
            throw Violation("the event at \(position) gives a known person another token")
        }
        if people[person] == nil, tokens.contains(token) {
            throw Violation("the event at \(position) names somebody by a token that was forgotten or another's")
        }
        return token
    }

    private mutating func apply(_ decision: Decision, _ entry: Entry, _ token: UUID?) throws(Violation) {
        let command = entry.command
        let stream = command.stream
        streams[stream, default: []] += entry.events
        entries.append(entry)
        if let id = command.commandID {
            guard commands.updateValue(entry, forKey: id) == nil else {
                throw Violation("command \(command.serial) took effect twice, at \(entry.first) again")
            }
        }
        if let person = command.person, let token {
            people[person] = token
            tokens.insert(token)
        }
        for passage in decision.passages { passages[stream.id, default: [:]][passage.number] = passage }
        if let intake = decision.intake {
            intakes[stream.id] = intake
            contents[stream.id] = intake.requestHash.first
        }
        for target in decision.forgets {
            switch target {
            case .words(of: let stream):
                passages[stream] = nil
                intakes[stream] = nil
            case .person(let token): people = people.filter { $0.value != token }
            }
        }
    }

    /// What a command knew of its streams right after a position; nobody's token.
    func known(to command: ModelCommand, at position: Position) -> Known {
        var others: [StreamID: [RecordedEvent]] = [:]
        for read in command.reads { others[read] = history(of: read, at: position) }
        let history = history(of: command.stream, at: position)
        let isOpen = history.contains { $0.type == "Opened" } && !history.contains { $0.type == "Forgotten" }
        return Known(
            history: history,
            others: others,
            requestHash: isOpen ? contents[command.stream.id].map { [$0] } : nil
        )
    }

    func history(of stream: StreamID, at position: Position) -> [RecordedEvent] {
        Array((streams[stream] ?? []).prefix { $0.position <= position })
    }

    private func told(_ event: RecordedEvent) -> String {
        "\(event.stream) v\(event.version) \(event.type) (\(event.schemaVersion)) by \(event.actor): \(text(event.body))"
    }

    private func text(_ body: [UInt8]) -> String { String(decoding: body, as: UTF8.self) }
}
