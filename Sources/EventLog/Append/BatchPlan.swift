import EventSourcing
import Foundation
import Postgres

/// A batch while it is formed: what is known of its streams and persons, and what each command decided.
///
/// Commands are decided in order on histories that include the batch's own earlier events.
struct BatchPlan {
    /// What a command needs to be known before it is decided.
    struct Need {
        let submission: Submission
        let loadsStream: Bool
    }

    /// A command that is in the batch.
    struct Planned {
        let waiting: Waiting
        let decision: Decision
        let version: Version
        let index: Int32
        let person: DecidedPerson?

        /// Its events as the log now holds them.
        func recorded(from outcome: AppendOutcome) -> [RecordedEvent] {
            let submission = waiting.submission
            return decision.events.enumerated().map { index, event in
                RecordedEvent(
                    position: (outcome.firstPosition ?? 0) + Position(index),
                    stream: submission.stream,
                    version: version + Version(index) + 1,
                    type: event.type,
                    schemaVersion: event.schemaVersion,
                    body: event.body,
                    actor: submission.actor,
                    recordedAt: outcome.recordedAt
                )
            }
        }
    }

    private struct Stream {
        var stored: [RecordedEvent]
        var requestHash: [UInt8]?
        var writers: [Int32] = []
        var version: Version
    }

    let tenant: TenantID
    private let people: PersonCache
    private(set) var batch = AppendBatch()
    private(set) var planned: [Planned] = []
    private(set) var postponed: [Waiting] = []
    private(set) var bytes = 0
    private var streams: [UUID: Stream] = [:]
    private var knownCommands: [UUID: Position] = [:]
    private var proposed: [PersonReference: (token: UUID, by: Int32)] = [:]
    /// Tokens that commands of this batch forget.
    private var forgotten: Set<UUID> = []

    init(tenant: TenantID, people: PersonCache) {
        self.tenant = tenant
        self.people = people
    }

    /// Those it has to answer or to give back.
    var waiting: [Waiting] { planned.map(\.waiting) + postponed }

    var count: Int { planned.count + postponed.count }

    /// Whether a command can be decided without reading anything.
    func needsNothing(_ need: Need) -> Bool {
        let submission = need.submission
        guard !need.loadsStream, submission.reads.isEmpty, submission.commandID == nil else { return false }
        return submission.person.map { people[$0] != nil || people.strangersAreNew } ?? true
    }

    /// Reads the streams, commands and persons that are not known yet, in at most four statements.
    nonisolated(nonsending) mutating func load(for needs: [Need], from log: LogTables) async throws {
        var ids: Set<UUID> = []
        var commands: Set<UUID> = []
        var references: Set<PersonReference> = []
        var strangers: Set<PersonReference> = []
        for need in needs {
            if need.loadsStream { ids.insert(need.submission.stream.id) }
            for stream in need.submission.reads { ids.insert(stream.id) }
            if let id = need.submission.commandID { commands.insert(id) }
            guard let person = need.submission.person, people[person] == nil else { continue }
            if need.loadsStream {
                references.insert(person)
            } else if !people.strangersAreNew {
                strangers.insert(person)
            }
        }
        // Before the streams: a command that is known stands in a history read after it.
        if !commands.isEmpty { knownCommands = try await log.knownCommands(Array(commands), tenant: tenant) }
        if !ids.isEmpty {
            for (id, loaded) in try await log.streams(Array(ids), tenant: tenant) {
                streams[id] = Stream(
                    stored: loaded.events,
                    requestHash: loaded.requestHash,
                    version: Version(loaded.events.count)
                )
            }
        }
        // And after them: one that another node stored meanwhile may stand in the history already, and must not be refused for
        // what it did itself.
        let unknown = commands.filter { knownCommands[$0] == nil }
        if !unknown.isEmpty {
            knownCommands.merge(try await log.knownCommands(Array(unknown), tenant: tenant)) { known, _ in known }
        }
        references.formUnion(strangers)
        if !references.isEmpty {
            let known = try await log.tokens(of: Array(references), tenant: tenant)
            for (person, token) in known { people.remember(person, token) }
            // Whoever speaks of what is there already says nothing about those who come.
            people.noteLookUp(of: strangers.count, known: known.count { strangers.contains($0.0) })
        }
    }

    /// Decides a command; one that decided nothing, or was rejected, is answered at once.
    mutating func decide(_ waiting: Waiting) {
        let submission = waiting.submission
        // On a hint alone that the stream is new nothing is refused: it may be a repeat of what is stored.
        let isKnown = waiting.need.loadsStream || streams[submission.stream.id] != nil
        let stream = streams[submission.stream.id] ?? Stream(stored: [], version: 0)
        let history = stream.stored + pendingEvents(of: stream)
        if let id = submission.commandID, let position = knownCommands[id] {
            // Not told on a history of which only this batch's own events are known, nor on one that was read before it.
            if isKnown, stream.writers.isEmpty, stream.stored.contains(where: { $0.position == position }) {
                waiting.succeed(Appended(history: stream.stored, isRepeat: true, commandPosition: position))
            } else {
                postpone(waiting)
            }
            return
        }
        // Whom an earlier command of the batch forgets is somebody new, once that is committed.
        if let person = submission.person, let token = proposed[person]?.token ?? people[person],
            forgotten.contains(token)
        {
            people.forget(person)
            postpone(waiting)
            return
        }
        var decided: DecidedPerson?
        var dependencies = stream.writers
        let token = submission.person.map { person in
            // First: whom this batch proposes is remembered for the next one, and not in the vault before this one is.
            if let (token, by) = proposed[person] {
                dependencies.append(by)
                return token
            }
            if let known = people[person] {
                decided = DecidedPerson(reference: person, token: known, isNew: false)
                return known
            }
            let token = UUID.timeOrdered()
            decided = DecidedPerson(reference: person, token: token, isNew: true)
            return token
        }
        var others: [StreamID: [RecordedEvent]] = [:]
        var reads: [(StreamID, Version)] = []
        for read in submission.reads {
            let other = streams[read.id] ?? Stream(stored: [], version: 0)
            others[read] = other.stored + pendingEvents(of: other)
            reads.append((read, Version(other.stored.count)))
            dependencies += other.writers
        }
        let decision: Decision
        do {
            decision = try submission.decide(
                Known(history: history, others: others, personToken: token, requestHash: stream.requestHash)
            )
        } catch {
            if isKnown, dependencies.isEmpty { waiting.fail(error) } else { postpone(waiting) }
            return
        }
        guard !decision.events.isEmpty else {
            if isKnown, dependencies.isEmpty {
                waiting.succeed(Appended(history: history, isRepeat: true))
            } else {
                postpone(waiting)
            }
            return
        }
        batch.add(
            submission,
            decision,
            base: Version(stream.stored.count),
            version: stream.version,
            reads: reads,
            dependencies: dependencies,
            person: decided
        )
        bytes += submission.bytes
        let index = Int32(batch.commands)
        if let decided, decided.isNew {
            proposed[decided.reference] = (decided.token, index)
            people.remember(decided.reference, decided.token)
        }
        planned.append(
            Planned(waiting: waiting, decision: decision, version: stream.version, index: index, person: decided)
        )
        var written = stream
        written.writers.append(index)
        written.version += Version(decision.events.count)
        if let intake = decision.intake { written.requestHash = intake.requestHash }
        streams[submission.stream.id] = written
        for target in decision.forgets {
            switch target {
            case .words(of: let stream): streams[stream]?.requestHash = nil
            case .person(let token): forgotten.insert(token)
            }
        }
    }

    /// The events of the stream before `planned`, as the log now holds them.
    func history(before planned: Planned, outcomes: [AppendOutcome]) -> [RecordedEvent] {
        guard let stream = streams[planned.waiting.submission.stream.id] else { return [] }
        var history = stream.stored
        for writer in stream.writers where writer < planned.index {
            history += self.planned[Int(writer) - 1].recorded(from: outcomes[Int(writer) - 1])
        }
        return history
    }

    /// Events that earlier commands of the batch add, not yet at a position.
    private func pendingEvents(of stream: Stream) -> [RecordedEvent] {
        stream.writers.flatMap { writer in
            planned[Int(writer) - 1].recorded(
                from: AppendOutcome(kind: .appended, firstPosition: 0, recordedAt: Timestamp(microsecondsSince1970: 0))
            )
        }
    }

    /// A command that adds nothing, judged on events that are not committed yet, is judged again once they are.
    private mutating func postpone(_ waiting: Waiting) {
        bytes += waiting.submission.bytes
        waiting.mustLoad = true
        postponed.append(waiting)
    }
}
