import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Testing

/// Commands that race on one message, from several nodes, give one effect and one refusal.
@Suite struct RaceOnAMessage {
    private let tenant = TestLog.tenants[0]

    private func received(_ store: PostgresEventStore) async throws -> StreamID {
        let stream = StreamID(type: Message.streamType, id: UUID())
        let message = FeedbackReceived(
            coordinates: MessageCoordinates(channel: "web"),
            text: PassageLink(number: 1, commitment: "00")
        )
        _ = try await store.execute(
            command(
                .receive(
                    ReceiveFeedback(
                        received: message,
                        kind: nil,
                        category: nil,
                        allowedChannels: ["web"],
                        repeatsStoredRequest: false
                    )
                ),
                stream
            )
        )
        return stream
    }

    private func command(_ command: Message.Command, _ stream: StreamID) -> Submission {
        Submission(tenant: tenant, stream: stream, actor: "test") { known in
            let state = try Message.state(after: known.history)
            return Decision(events: try Message.decide(command, state).map(\.encoded))
        }
    }

    private func outcome(_ store: PostgresEventStore, _ submission: Submission) async -> String {
        do {
            return try await store.execute(submission).isRepeat ? "repeat" : "effect"
        } catch let rejection as MessageRejection {
            return rejection.code
        } catch {
            return "\(error)"
        }
    }

    @Test func withdrawnTwiceTakesEffectOnce() async throws {
        let log = try await TestLog.make()
        let nodes = (0..<2).map { _ in PostgresEventStore(pool: log.pool) }
        for _ in 1...25 {
            let stream = try await received(nodes[0])
            async let first = outcome(nodes[0], command(.withdraw(by: "person"), stream))
            async let second = outcome(nodes[1], command(.withdraw(by: "person"), stream))
            #expect(await [first, second].sorted() == ["already-withdrawn", "effect"])
            #expect(try await nodes[0].history(of: stream, tenant: tenant).count == 3)
        }
        await log.close()
    }

    @Test func categorisedWhileWithdrawnNeverEndsCategorisedLast() async throws {
        let log = try await TestLog.make()
        let nodes = (0..<2).map { _ in PostgresEventStore(pool: log.pool) }
        for _ in 1...25 {
            let stream = try await received(nodes[0])
            async let withdrawal = outcome(nodes[0], command(.withdraw(by: "person"), stream))
            async let category = outcome(
                nodes[1],
                command(.categorise(demand: 1, category: "roads", method: .reviewer), stream)
            )
            #expect(await withdrawal == "effect")
            let types = try await nodes[0].history(of: stream, tenant: tenant).map(\.type)
            switch await category {
            case "effect": #expect(types.suffix(2) == ["DemandCategorised", "FeedbackWithdrawn"])
            case "withdrawn": #expect(types.last == "FeedbackWithdrawn" && types.count == 3)
            case let other: Issue.record("unexpected outcome: \(other)")
            }
        }
        await log.close()
    }

    /// The control: without the check of versions both withdrawals take effect.
    @Test func withoutVersionChecksBothTakeEffect() async throws {
        let log = try await TestLog.make()
        let stream = try await received(PostgresEventStore(pool: log.pool))
        let store = PostgresEventStore(pool: log.pool)
        // Both decide on the same old history, and nothing is checked at append.
        let history = try await store.history(of: stream, tenant: tenant)
        let state = try Message.state(after: history)
        let decided = [
            try Message.decide(.withdraw(by: "person"), state), try Message.decide(.withdraw(by: "person"), state),
        ]
        try await log.operators.execute("CREATE TABLE unchecked (stream_id uuid, type text)")
        for events in decided {
            for event in events {
                try await log.operators.execute(
                    "INSERT INTO unchecked VALUES (\(stream.id), \(event.encoded.type))"
                )
            }
        }
        let effects = try await log.operators.query("SELECT count(*) FROM unchecked").first?.decode(0, as: Int.self)
        #expect(effects == 2)
        await log.close()
    }
}
