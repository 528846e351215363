import Foundation

/// The log in memory: the same contract as PostgreSQL's, for tests of everything above it.
package actor InMemoryEventStore: EventStore {
    fileprivate struct Log {
        var events: [RecordedEvent] = []
        var streams: [UUID: [Int]] = [:]
        var passages: [UUID: [Int16: Passage]] = [:]
        var intakes: [UUID: Intake] = [:]
        var people: [PersonReference: UUID] = [:]
        var commands: [UUID: Position] = [:]
        var lastRecordedAt = Timestamp(microsecondsSince1970: 0)
    }

    private var logs: [TenantID: Log] = [:]
    private let clock: CommandClock
    private let isOvertaken: (@Sendable (StreamID) -> Bool)?
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - clock: what the patience of commands is measured with.
    ///   - isOvertaken: whether a command on this stream loses its race this time: with nobody else on the log, the only
    ///     way to see what its caller does then.
    ///   - now: the clock that `recordedAt` follows.
    package init(
        tenants: [TenantID],
        clock: CommandClock = .continuous,
        isOvertaken: (@Sendable (StreamID) -> Bool)? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.clock = clock
        self.isOvertaken = isOvertaken
        self.now = now
        for tenant in tenants { logs[tenant] = Log() }
    }

    package func execute(_ submission: Submission) throws -> Appended {
        let deadline = clock.now() + submission.patience
        var attempts = 0
        while true {
            attempts += 1
            if let appended = try attempt(submission) { return appended }
            guard clock.now() < deadline else { throw Conflict(stream: submission.stream, attempts: attempts) }
        }
    }

    /// Nil: somebody was first.
    private func attempt(_ submission: Submission) throws -> Appended? {
        guard var log = logs[submission.tenant] else { throw StoreFailure.unknownTenant(submission.tenant) }
        let history = log.history(of: submission.stream.id)
        if let id = submission.commandID, let position = log.commands[id] {
            return Appended(history: history, isRepeat: true, commandPosition: position)
        }
        var newPerson: (PersonReference, UUID)?
        let token: UUID? = submission.person.map { person in
            if let known = log.people[person] { return known }
            let token = UUID()
            newPerson = (person, token)
            return token
        }
        let others = Dictionary(
            submission.reads.map { ($0, log.history(of: $0.id)) },
            uniquingKeysWith: { first, _ in first }
        )
        let decision = try submission.decide(
            Known(
                history: history,
                others: others,
                personToken: token,
                requestHash: log.intakes[submission.stream.id]?.requestHash
            )
        )
        guard !decision.events.isEmpty else { return Appended(history: history, isRepeat: true) }
        if let isOvertaken, isOvertaken(submission.stream) { return nil }
        log.lastRecordedAt = max(log.lastRecordedAt, now())
        for event in decision.events {
            log.append(event, to: submission.stream, by: submission.actor)
        }
        if let (person, token) = newPerson { log.people[person] = token }
        for passage in decision.passages { log.passages[submission.stream.id, default: [:]][passage.number] = passage }
        if let intake = decision.intake { log.intakes[submission.stream.id] = intake }
        for target in decision.forgets {
            switch target {
            case .words(of: let stream):
                log.passages[stream] = nil
                log.intakes[stream] = nil
            case .person(let token): log.people = log.people.filter { $0.value != token }
            }
        }
        let position = Position(log.events.count - decision.events.count + 1)
        if let id = submission.commandID { log.commands[id] = position }
        logs[submission.tenant] = log
        return Appended(
            history: log.history(of: submission.stream.id),
            isRepeat: false,
            commandPosition: position
        )
    }

    package func history(of stream: StreamID, tenant: TenantID) -> [RecordedEvent] {
        logs[tenant]?.history(of: stream.id) ?? []
    }

    package func events(of tenant: TenantID, after position: Position, limit: Int) -> [RecordedEvent] {
        guard let log = logs[tenant], position < log.events.count else { return [] }
        return Array(log.events[Int(max(position, 0))...].prefix(limit))
    }

    package func head(of tenant: TenantID) -> Position {
        Position(logs[tenant]?.events.count ?? 0)
    }

    package func passages(of stream: StreamID, tenant: TenantID) -> [Int16: Passage] {
        logs[tenant]?.passages[stream.id] ?? [:]
    }
}

extension InMemoryEventStore.Log {
    fileprivate func history(of stream: UUID) -> [RecordedEvent] {
        (streams[stream] ?? []).map { events[$0] }
    }

    fileprivate mutating func append(_ event: NewEvent, to stream: StreamID, by actor: String) {
        let version = Version((streams[stream.id]?.count ?? 0) + 1)
        streams[stream.id, default: []].append(events.count)
        events.append(
            RecordedEvent(
                position: Position(events.count + 1),
                stream: stream,
                version: version,
                type: event.type,
                schemaVersion: event.schemaVersion,
                body: event.body,
                actor: actor,
                recordedAt: lastRecordedAt
            )
        )
    }
}
