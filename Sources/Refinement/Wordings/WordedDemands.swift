import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres

/// A demand that an event words, or words anew.
struct WordedDemand: Sendable {
    let position: Position
    let stream: StreamID
    let number: Int16
    /// Nil: its words are forgotten.
    let words: DemandWords?
}

/// A demand, by its message's stream and its number there.
struct DemandPlace: Hashable, Sendable {
    let stream: StreamID
    let number: Int16
}

/// Finds the demands that a stretch of the log words, each as it was worded at that event.
///
/// What comes later in the log changes nothing about it, so that it does not matter in which stretches the log is read.
struct WordedDemands: Sendable {
    let tenant: TenantID
    let store: any EventStore
    let reads: PostgresPool

    /// In order of position, then of the demand's number. Streams that hold no message, and events that cannot be read, are
    /// left out: their projectors park them.
    func found(in events: [RecordedEvent]) async throws -> [WordedDemand] {
        var messages: [UUID: WordedMessage] = [:]
        var unreadable: Set<UUID> = []
        var found: [(position: Position, stream: StreamID, number: Int16, wording: DemandWording)] = []
        for event in events where Self.isOfMessage(event) && !unreadable.contains(event.stream.id) {
            guard let said = try? MessageEvent(decoding: event) else {
                unreadable.insert(event.stream.id)
                continue
            }
            guard Self.words(said) else { continue }
            var message: WordedMessage
            if let known = messages[event.stream.id] { message = known } else { message = try await before(event) }
            for number in message.take(said) {
                guard let wording = message.wording(of: number) else { continue }
                found.append((event.position, event.stream, number, wording))
            }
            messages[event.stream.id] = message
        }
        let passages = try await passages(of: Set(found.map(\.stream.id)))
        return found.map { found in
            WordedDemand(
                position: found.position,
                stream: found.stream,
                number: found.number,
                words: found.wording.words(in: passages[found.stream.id] ?? [:])
            )
        }
    }

    /// What demands say at present, by stream and number; those whose words are forgotten are left out.
    func words(of demands: [DemandPlace]) async throws -> [DemandPlace: DemandWords] {
        var wordings: [(demand: DemandPlace, wording: DemandWording)] = []
        for (stream, demands) in Dictionary(grouping: demands, by: \.stream) {
            var message = WordedMessage()
            for event in try await store.history(of: stream, tenant: tenant) {
                _ = message.take(try MessageEvent(decoding: event))
            }
            for demand in demands {
                if let wording = message.wording(of: demand.number) { wordings.append((demand, wording)) }
            }
        }
        let passages = try await passages(of: Set(wordings.map(\.demand.stream.id)))
        var words: [DemandPlace: DemandWords] = [:]
        for (demand, wording) in wordings {
            words[demand] = wording.words(in: passages[demand.stream.id] ?? [:])
        }
        return words
    }

    private static func isOfMessage(_ event: RecordedEvent) -> Bool {
        event.stream.type == Message.streamType || event.stream.type == Message.responseStreamType
    }

    /// Whether an event has to do with wording at all.
    private static func words(_ event: MessageEvent) -> Bool {
        switch event {
        case .received, .responded, .amended, .demandOpened, .demandNarrowed, .demandRejoined: true
        default: false
        }
    }

    /// The message as it was before an event whose stream began in an earlier stretch.
    private func before(_ event: RecordedEvent) async throws -> WordedMessage {
        var message = WordedMessage()
        guard event.version > 1 else { return message }
        for earlier in try await store.history(of: event.stream, tenant: tenant) where earlier.version < event.version {
            _ = message.take(try MessageEvent(decoding: earlier))
        }
        return message
    }

    private func passages(of streams: Set<UUID>) async throws -> [UUID: [Int16: String]] {
        guard !streams.isEmpty else { return [:] }
        let rows = try await reads.query(
            """
            SELECT p.stream_id, p.number, p.body
            FROM vault.passages AS p
            WHERE p.tenant_id = \(tenant.rawValue)
                AND p.stream_id = ANY (\(Array(streams)))
            """
        )
        var passages: [UUID: [Int16: String]] = [:]
        for row in rows {
            let (stream, number, body) = try row.decode((UUID, Int16, String).self)
            passages[stream, default: [:]][number] = body
        }
        return passages
    }
}
