import EventSourcing
import Foundation
import Synchronization

/// A store that breaks its promise on purpose, now and then.
struct FaultyStore: EventStore {
    enum Fault: String, CaseIterable, Sendable {
        /// Decides on a stream as it was one event ago, and checks no version.
        case decidesOnAnOldHistory
        /// Does not look at the streams that the decision reads.
        case ignoresStreamsRead
        case acknowledgesWithoutStoring
        case storesWithoutAcknowledging
        case storesTwice
        case forgetsCommandIDs
        case givesAPersonANewToken
        case storesHalfACommand
        case changesBytes
        case changesTheActor
        case losesWords
        case keepsForgottenWords
        case keepsForgottenPersons
        case losesIntakes
        case saysRepeatOfWhatIsNew
        case refusesForNoReason
        case tellsAShortHistory
        case tellsAWrongPosition
    }

    private let inner: any EventStore
    private let fault: Fault
    private let count = Counter()

    init(_ inner: any EventStore, _ fault: Fault) {
        self.inner = inner
        self.fault = fault
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        /// Every third time.
        func strikes() -> Bool {
            count.withLock { count in
                count += 1
                return count % 3 == 0
            }
        }
    }

    func execute(_ submission: Submission) async throws -> Appended {
        guard submission.actor != "probe", count.strikes() else { return try await inner.execute(submission) }
        switch fault {
        case .decidesOnAnOldHistory:
            return try await inner.execute(
                submission.knowing { known in
                    Known(
                        history: known.history.dropLast(),
                        others: known.others,
                        personToken: known.personToken,
                        requestHash: known.requestHash
                    )
                }
            )
        case .ignoresStreamsRead:
            return try await inner.execute(
                submission.knowing { known in
                    Known(
                        history: known.history,
                        others: known.others.mapValues { _ in [] },
                        personToken: known.personToken,
                        requestHash: known.requestHash
                    )
                }
            )
        case .givesAPersonANewToken:
            return try await inner.execute(
                submission.knowing { known in
                    Known(
                        history: known.history,
                        others: known.others,
                        personToken: known.personToken.map { _ in UUID() },
                        requestHash: known.requestHash
                    )
                }
            )
        case .acknowledgesWithoutStoring: return try await acknowledge(submission)
        case .storesWithoutAcknowledging:
            _ = try await inner.execute(submission)
            throw StoreFailure.unavailable("nothing was stored")
        case .storesTwice:
            _ = try await inner.execute(submission.without(commandID: true))
            return try await inner.execute(submission)
        case .forgetsCommandIDs: return try await inner.execute(submission.without(commandID: true))
        case .storesHalfACommand:
            return try await inner.execute(submission.deciding { $0.with(events: Array($0.events.dropLast())) })
        case .changesBytes:
            return try await inner.execute(
                submission.deciding { decision in
                    decision.with(
                        events: decision.events.map {
                            NewEvent(type: $0.type, schemaVersion: $0.schemaVersion, body: $0.body + [0x20])
                        }
                    )
                }
            )
        case .changesTheActor: return try await inner.execute(submission.without(actor: true))
        case .losesWords: return try await inner.execute(submission.deciding { $0.with(passages: []) })
        case .keepsForgottenWords, .keepsForgottenPersons:
            return try await inner.execute(
                submission.deciding { decision in
                    decision.with(
                        forgets: decision.forgets.filter { target in
                            if case .person = target {
                                fault == .keepsForgottenWords
                            } else {
                                fault != .keepsForgottenWords
                            }
                        }
                    )
                }
            )
        case .losesIntakes: return try await inner.execute(submission.deciding { $0.withoutIntake() })
        case .saysRepeatOfWhatIsNew:
            let history = try await inner.history(of: submission.stream, tenant: submission.tenant)
            return Appended(history: history, isRepeat: true)
        case .refusesForNoReason: throw ModelCommand.Refusal("the message was forgotten")
        case .tellsAShortHistory:
            let appended = try await inner.execute(submission)
            return Appended(
                history: appended.history.dropLast(),
                isRepeat: appended.isRepeat,
                commandPosition: appended.commandPosition
            )
        case .tellsAWrongPosition:
            let appended = try await inner.execute(submission)
            return Appended(
                history: appended.history,
                isRepeat: appended.isRepeat,
                commandPosition: appended.commandPosition.map { $0 + 1 }
            )
        }
    }

    /// Decides, answers, and never stores.
    private func acknowledge(_ submission: Submission) async throws -> Appended {
        let head = try await inner.head(of: submission.tenant)
        let history = try await inner.history(of: submission.stream, tenant: submission.tenant)
        let decided = try submission.decide(Known(history: history))
        let events = decided.events.enumerated().map { index, event in
            RecordedEvent(
                position: head + Position(index) + 1,
                stream: submission.stream,
                version: Version(history.count + index + 1),
                type: event.type,
                schemaVersion: event.schemaVersion,
                body: event.body,
                actor: submission.actor,
                recordedAt: Timestamp(microsecondsSince1970: 1_000_000)
            )
        }
        return Appended(history: history + events, isRepeat: events.isEmpty, commandPosition: events.first?.position)
    }

    func history(of stream: StreamID, tenant: TenantID) async throws -> [RecordedEvent] {
        try await inner.history(of: stream, tenant: tenant)
    }

    func events(of tenant: TenantID, after position: Position, limit: Int) async throws -> [RecordedEvent] {
        try await inner.events(of: tenant, after: position, limit: limit)
    }

    func head(of tenant: TenantID) async throws -> Position { try await inner.head(of: tenant) }

    func passages(of stream: StreamID, tenant: TenantID) async throws -> [Int16: Passage] {
        try await inner.passages(of: stream, tenant: tenant)
    }
}

extension Submission {
    fileprivate func without(commandID: Bool = false, actor: Bool = false) -> Submission {
        copy(commandID: commandID ? nil : self.commandID, actor: actor ? "somebody" : self.actor, decide)
    }

    fileprivate func knowing(_ change: @escaping @Sendable (Known) -> Known) -> Submission {
        copy(commandID: commandID, actor: actor) { try decide(change($0)) }
    }

    fileprivate func deciding(_ change: @escaping @Sendable (Decision) -> Decision) -> Submission {
        copy(commandID: commandID, actor: actor) { change(try decide($0)) }
    }

    private func copy(
        commandID: UUID?,
        actor: String,
        _ decide: @escaping @Sendable (Known) throws -> Decision
    ) -> Submission {
        Submission(
            tenant: tenant,
            stream: stream,
            reads: reads,
            likelyNew: likelyNew,
            commandID: commandID,
            person: person,
            actor: actor,
            decide: decide
        )
    }
}

extension Decision {
    fileprivate func with(
        events: [NewEvent]? = nil,
        passages: [Passage]? = nil,
        forgets: [Forgetting]? = nil
    ) -> Decision {
        Decision(
            events: events ?? self.events,
            passages: passages ?? self.passages,
            intake: intake,
            forgets: forgets ?? self.forgets
        )
    }

    fileprivate func withoutIntake() -> Decision { Decision(events: events, passages: passages, forgets: forgets) }
}
