import Foundation

/// The port to the log: one tenant's commands are decided and appended, events are read in position order.
///
/// Two implementations, `InMemoryEventStore` here and `PostgresEventStore` in EventLog, pass one contract suite.
package protocol EventStore: Sendable {
    /// Decides a command on the present history of its stream and appends what it decided, all or nothing.
    ///
    /// A command that lost a race, or that a failure kept from being stored, is decided again until its patience is over.
    /// One whose outcome is unknown is decided again only if it recognises itself.
    /// - Throws: what `decide` threw, `Conflict`, or `StoreFailure`.
    func execute(_ submission: Submission) async throws -> Appended

    /// Says whether a command would be refused at once because too many wait; asks nobody, so that a full store costs
    /// its callers no look-up.
    /// - Throws: `StoreFailure.queueFull`.
    func requireRoom(for tenant: TenantID) throws(StoreFailure)

    /// A stream's events in order of version; empty when it does not exist.
    func history(of stream: StreamID, tenant: TenantID) async throws -> [RecordedEvent]

    /// Up to `limit` events after `position`, in order; never skips one that is committed later.
    func events(of tenant: TenantID, after position: Position, limit: Int) async throws -> [RecordedEvent]

    /// The position of the last event; 0 when the log is empty.
    func head(of tenant: TenantID) async throws -> Position

    /// The words that belong to a stream and are still there, by passage number.
    func passages(of stream: StreamID, tenant: TenantID) async throws -> [Int16: Passage]
}

extension EventStore {
    /// A store without a queue has room.
    package func requireRoom(for tenant: TenantID) throws(StoreFailure) {}
}

/// A command in the store's terms: which streams its decision reads, and the decision.
package struct Submission: Sendable {
    package let tenant: TenantID
    /// The stream that is read and written.
    package let stream: StreamID
    /// Further streams that the decision reads; their versions are checked at append too.
    package let reads: [StreamID]
    /// A hint that the stream is most likely new, which saves a look-up; never needed for correctness.
    package let likelyNew: Bool
    /// Makes a command on an existing stream idempotent: the second arrival gets the first one's outcome.
    package let commandID: UUID?
    /// A person to resolve to their random token before the decision.
    package let person: PersonReference?
    package let actor: String
    /// About how many bytes it brings: what bounds the queue, and a batch, besides the number of commands.
    package let bytes: Int
    /// For how long it is decided again after lost races and failures that stored nothing.
    package let patience: Duration
    /// Whether a second decision sees from the stream, or by `commandID`, that the first one was stored. Such a command
    /// is decided again even when nobody knows what became of it.
    package let recognisesItself: Bool
    package let decide: @Sendable (Known) throws -> Decision

    /// Of a command whose caller did not say how many bytes it brings.
    package static let usualBytes = 1_024
    /// Longer than a failover usually takes, shorter than callers usually wait.
    package static let usualPatience = Duration.seconds(10)

    package init(
        tenant: TenantID,
        stream: StreamID,
        reads: [StreamID] = [],
        likelyNew: Bool = false,
        commandID: UUID? = nil,
        person: PersonReference? = nil,
        actor: String,
        bytes: Int = Submission.usualBytes,
        patience: Duration = Submission.usualPatience,
        recognisesItself: Bool = false,
        decide: @escaping @Sendable (Known) throws -> Decision
    ) {
        self.tenant = tenant
        self.stream = stream
        self.reads = reads
        self.likelyNew = likelyNew
        self.commandID = commandID
        self.person = person
        self.actor = actor
        self.bytes = bytes
        self.patience = patience
        self.recognisesItself = recognisesItself || commandID != nil
        self.decide = decide
    }
}

/// What a decision may know.
package struct Known: Sendable {
    package let history: [RecordedEvent]
    package let others: [StreamID: [RecordedEvent]]
    package let personToken: UUID?
    /// The keyed hash of the request that opened this stream; nil when it is new or was forgotten.
    package let requestHash: [UInt8]?

    package init(
        history: [RecordedEvent],
        others: [StreamID: [RecordedEvent]] = [:],
        personToken: UUID? = nil,
        requestHash: [UInt8]? = nil
    ) {
        self.history = history
        self.others = others
        self.personToken = personToken
        self.requestHash = requestHash
    }
}

/// What a command makes happen: events for the log, words for the vault. No events: nothing happens.
package struct Decision: Sendable {
    package let events: [NewEvent]
    package let passages: [Passage]
    package let intake: Intake?
    /// What the vault deletes in the same transaction.
    package let forgets: [Forgetting]

    package init(
        events: [NewEvent],
        passages: [Passage] = [],
        intake: Intake? = nil,
        forgets: [Forgetting] = []
    ) {
        self.events = events
        self.passages = passages
        self.intake = intake
        self.forgets = forgets
    }

    package static var nothing: Decision { Decision(events: []) }
}

/// Rows of the vault to delete: the log stays as it is, and nothing in it leads to them any more.
package enum Forgetting: Sendable, Equatable {
    /// The words of a stream, and how its message came in.
    case words(of: UUID)
    /// Whom a token stands for: the same sender gets another one from now on.
    case person(UUID)
}

/// A free text: a row of the vault, never of the log. The event holds its number and a salted commitment.
package struct Passage: Sendable, Equatable {
    package let number: Int16
    /// What it is: `text`, `subject`.
    package let kind: String
    /// BCP 47; nil when nobody said.
    package let language: String?
    package let body: String
    package let salt: [UInt8]

    package init(number: Int16, kind: String, language: String?, body: String, salt: [UInt8]) {
        self.number = number
        self.kind = kind
        self.language = language
        self.body = body
        self.salt = salt
    }
}

/// How a message came in: kept in the vault beside its words, so that retries are recognised and the sender can track it.
package struct Intake: Sendable, Equatable {
    /// Hash of the tracking code; the code itself is derived, never stored.
    package let trackingHash: [UInt8]
    /// Keyed hash of the request's content.
    package let requestHash: [UInt8]
    package let source: String?
    package let externalID: String?

    package init(trackingHash: [UInt8], requestHash: [UInt8], source: String?, externalID: String?) {
        self.trackingHash = trackingHash
        self.requestHash = requestHash
        self.source = source
        self.externalID = externalID
    }
}

/// The outcome of a command.
package struct Appended: Sendable {
    /// The whole history of the stream after the command.
    package let history: [RecordedEvent]
    /// Whether this command added nothing, because it, or one that says the same, was there before.
    package let isRepeat: Bool
    /// Where the first event of the command stands: of the first arrival when it carries an id that was known. Nil when
    /// nothing was appended.
    package let commandPosition: Position?

    package init(history: [RecordedEvent], isRepeat: Bool, commandPosition: Position? = nil) {
        self.history = history
        self.isRepeat = isRepeat
        self.commandPosition = commandPosition
    }

    /// The position of the stream's last event; what a reader waits for to see this command's effect.
    package var position: Position { history.last?.position ?? 0 }
}

/// The log says that someone was first, again and again, until the command's patience was over. Nothing was stored.
package struct Conflict: Error, Sendable, CustomStringConvertible {
    package let stream: StreamID
    /// How often it was decided.
    package let attempts: Int

    package init(stream: StreamID, attempts: Int) {
        self.stream = stream
        self.attempts = attempts
    }

    package var description: String {
        "\(stream.type) was changed by others each of the \(attempts) times that this command was decided; nothing was "
            + "stored; send it again"
    }
}

/// Everything else that can keep a command from being stored.
package enum StoreFailure: Error, Sendable, CustomStringConvertible {
    /// Too many commands wait, or it waited for its turn until its patience was over; nothing was stored. Send it again
    /// after the given time.
    case queueFull(retryAfter: Duration)
    /// The connection broke while the command was being committed: it may or may not be stored. A retry is safe.
    case outcomeUnknown
    /// The database cannot be reached or refused; nothing was stored.
    case unavailable(String)
    /// No such tenant.
    case unknownTenant(TenantID)

    package var description: String {
        switch self {
        case .queueFull: "too many commands wait; nothing was stored; send it again a little later"
        case .outcomeUnknown:
            "the outcome is unknown: the command may or may not be stored; send it again, that is safe"
        case .unavailable(let reason): "the database is not available, nothing was stored: \(reason)"
        case .unknownTenant(let tenant): "tenant \(tenant) does not exist"
        }
    }
}
