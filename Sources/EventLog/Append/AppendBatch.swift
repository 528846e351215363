import EventSourcing
import Foundation
import Postgres

/// The parallel arrays of one `log.append` call, gathered command by command.
struct AppendBatch {
    private(set) var commands = 0
    private var digests: [[UInt8]] = []
    private var commandIDs: [UUID?] = []
    private var commandStreams: [UUID] = []
    private var after: [Int32] = []
    private var before: [Int32] = []
    private var checks = (command: [Int32](), stream: [UUID](), version: [Int32]())
    private var events = EventColumns()
    private var words = PassageColumns()
    private var people = PersonColumns()
    private var intakes = IntakeColumns()
    private var forgotten = (command: [Int32](), stream: [UUID?](), person: [UUID?]())

    private struct EventColumns {
        var command: [Int32] = []
        var stream: [UUID] = []
        var streamType: [String] = []
        var version: [Int32] = []
        var type: [String] = []
        var schemaVersion: [Int16] = []
        var actor: [String] = []
        var body: [PostgresJSON] = []
    }

    private struct PassageColumns {
        var command: [Int32] = []
        var stream: [UUID] = []
        var number: [Int16] = []
        var kind: [String] = []
        var language: [String?] = []
        var body: [String] = []
        var salt: [[UInt8]] = []
    }

    private struct PersonColumns {
        var command: [Int32] = []
        var token: [UUID] = []
        var isNew: [Bool] = []
        var source: [String] = []
        var reference: [String] = []
    }

    private struct IntakeColumns {
        var command: [Int32] = []
        var stream: [UUID] = []
        var trackingHash: [[UInt8]] = []
        var requestHash: [[UInt8]] = []
        var source: [String?] = []
        var externalID: [String?] = []
    }

    /// Adds a command.
    ///
    /// - Parameters:
    ///   - base: the version that the stream must have in the database when the batch arrives.
    ///   - version: the version that the stream has after the batch's earlier commands.
    ///   - reads: versions of the other streams that the decision read.
    ///   - dependencies: earlier commands of this batch that this one was decided upon.
    ///   - person: whom it was decided on; nil also when an earlier command of the batch proposes them.
    mutating func add(
        _ submission: Submission,
        _ decision: Decision,
        base: Version,
        version: Version,
        reads: [(StreamID, Version)],
        dependencies: [Int32],
        person: DecidedPerson?
    ) {
        commands += 1
        let command = Int32(commands)
        digests.append(
            commandDigest(decision.events, stream: submission.stream, after: version, actor: submission.actor)
        )
        commandIDs.append(submission.commandID)
        commandStreams.append(submission.stream.id)
        for dependency in dependencies {
            after.append(command)
            before.append(dependency)
        }
        check(command, submission.stream.id, base)
        for (stream, version) in reads { check(command, stream.id, version) }
        for (index, event) in decision.events.enumerated() {
            events.command.append(command)
            events.stream.append(submission.stream.id)
            events.streamType.append(submission.stream.type)
            events.version.append(version + Version(index) + 1)
            events.type.append(event.type)
            events.schemaVersion.append(event.schemaVersion)
            events.actor.append(submission.actor)
            events.body.append(PostgresJSON(event.body))
        }
        for passage in decision.passages {
            words.command.append(command)
            words.stream.append(submission.stream.id)
            words.number.append(passage.number)
            words.kind.append(passage.kind)
            words.language.append(passage.language)
            words.body.append(passage.body)
            words.salt.append(passage.salt)
        }
        if let person {
            people.command.append(command)
            people.token.append(person.token)
            people.isNew.append(person.isNew)
            people.source.append(person.reference.source)
            people.reference.append(person.reference.reference)
        }
        if let intake = decision.intake {
            intakes.command.append(command)
            intakes.stream.append(submission.stream.id)
            intakes.trackingHash.append(intake.trackingHash)
            intakes.requestHash.append(intake.requestHash)
            intakes.source.append(intake.source)
            intakes.externalID.append(intake.externalID)
        }
        for target in decision.forgets {
            forgotten.command.append(command)
            switch target {
            case .words(of: let stream):
                forgotten.stream.append(stream)
                forgotten.person.append(nil)
            case .person(let token):
                forgotten.stream.append(nil)
                forgotten.person.append(token)
            }
        }
    }

    private mutating func check(_ command: Int32, _ stream: UUID, _ version: Version) {
        checks.command.append(command)
        checks.stream.append(stream)
        checks.version.append(version)
    }

    /// The call, as one statement.
    func statement(tenant: TenantID) -> SQL {
        """
        SELECT a.command, a.outcome, a.first_position, a.recorded_at
        FROM log.append(
            \(tenant.rawValue),
            \(digests), \(commandIDs), \(commandStreams),
            \(after), \(before),
            \(checks.command), \(checks.stream), \(checks.version),
            \(events.command), \(events.stream), \(events.streamType), \(events.version), \(events.type),
            \(events.schemaVersion), \(events.actor), \(events.body),
            \(words.command), \(words.stream), \(words.number), \(words.kind), \(words.language), \(words.body),
            \(words.salt),
            \(people.command), \(people.token), \(people.isNew), \(people.source), \(people.reference),
            \(intakes.command), \(intakes.stream), \(intakes.trackingHash), \(intakes.requestHash),
            \(intakes.source), \(intakes.externalID),
            \(forgotten.command), \(forgotten.stream), \(forgotten.person)
        ) AS a
        """
    }
}

/// Whom a command was decided on: a token proposed now, or the one that the vault had.
struct DecidedPerson {
    let reference: PersonReference
    let token: UUID
    let isNew: Bool
}

/// SHA-256 over the framed bytes of a command's events: what the chain in `log.batches` is made of (docs/log.md).
func commandDigest(_ events: [NewEvent], stream: StreamID, after version: Version, actor: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, event) in events.enumerated() {
        bytes.append(contentsOf: stream.id.bytes)
        bytes.appendFramed(stream.type.utf8)
        bytes.appendNumber(version + Version(index) + 1)
        bytes.appendFramed(event.type.utf8)
        bytes.appendNumber(event.schemaVersion)
        bytes.appendFramed(actor.utf8)
        bytes.appendFramed(event.body)
    }
    return sha256(bytes)
}
