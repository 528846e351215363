import Demands
import EventLog
import EventSourcing
import Foundation
import JSONText
import Surveys
import Synchronization
import Testing

@testable import ChorusHTTP

/// Responses that race with the closing of their survey, from several nodes: none has a position behind it.
@Suite struct RaceWithClosing {
    private static let answers = #"{"answers":{"use":"yes"},"source":"s","externalId":"#

    private struct Race {
        let server: TestServer
        let caller: Caller
        let survey: StreamID
        let nodes: [MessageIntake]

        static func make() async throws -> Race {
            let server = try await TestServer.make()
            let key = try #require(try await server.services.keys.find(TestServer.Who.collector.secret))
            let tenant = try #require(try await server.services.tenants.tenant(TestServer.one))
            var fields = FieldReader(try JSONValue.parse(ExampleSurvey.body()))
            let questionnaire = try #require(Questionnaire(reading: &fields, defaultLanguage: "zh"))
            let race = Race(
                server: server,
                caller: Caller(key: key, tenant: tenant),
                survey: StreamID(type: Survey.streamType, id: UUID()),
                nodes: (0..<4).map { _ in MessageIntake(store: PostgresEventStore(pool: server.pool)) }
            )
            try await race.change(.draft(questionnaire))
            try await race.change(.open)
            return race
        }

        func change(_ command: Survey.Command) async throws {
            _ = try await server.services.store.execute(
                Submission(tenant: TestServer.one, stream: survey, actor: "test") { known in
                    let events = try Survey.decide(command, Survey.state(after: known.history))
                    return Decision(events: events.map(\.encoded))
                }
            )
        }

        func prepared(_ number: Int, _ states: SurveyStates = SurveyStates()) throws -> MessageIntake.Prepared {
            let rules = CoordinateRules(isPublishable: false, now: TestServer.now)
            let message = try ResponseMessage(try JSONValue.parse(RaceWithClosing.answers + "\"\(number)\"}"), rules)
            let vocabulary = Vocabulary(channels: ["web", "other"])
            return ResponseIntake(survey: survey, states: states, caller: caller, vocabulary: vocabulary)
                .prepare(message, key: nil)
        }

        /// The whole log.
        func log() async throws -> [RecordedEvent] {
            try await server.services.store.events(of: TestServer.one, after: 0, limit: 10_000)
        }

        func end() async {
            await server.pool.close()
            await server.operators.close()
        }
    }

    @Test func ofAThousandNoneComesAfterIt() async throws {
        let race = try await Race.make()
        let states = race.nodes.map { _ in SurveyStates() }
        let stored = Mutex(0)
        let outcome: @Sendable (Int) async throws -> (Int, UUID?) = { number in
            let node = number % race.nodes.count
            do {
                let id = try await race.nodes[node].store(try race.prepared(number, states[node])).id
                // One more node closes it in the middle, while the others go on.
                let count = stored.withLock { count in
                    count += 1
                    return count
                }
                if count == 300 { try await race.change(.close) }
                return (number, id)
            } catch SurveyRejection.closed {
                return (number, nil)
            }
        }
        // 32 senders; nil: refused because the survey was closed.
        let outcomes = try await withThrowingTaskGroup(of: [(Int, UUID?)].self) { group in
            for sender in 1...32 {
                group.addTask {
                    var outcomes: [(Int, UUID?)] = []
                    for number in stride(from: sender, through: 1_000, by: 32) {
                        outcomes.append(try await outcome(number))
                    }
                    return outcomes
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let log = try await race.log()
        let closed = try #require(log.first { $0.type == SurveyEvent.Name.closed }?.position)
        let responses = log.filter { $0.type == MessageEvent.Name.responded }
        #expect(outcomes.count == 1_000)
        #expect(responses.allSatisfy { $0.position < closed })
        let acknowledged = outcomes.compactMap(\.1)
        #expect(Set(responses.map(\.stream.id)) == Set(acknowledged) && responses.count == acknowledged.count)
        #expect((300..<1_000).contains(acknowledged.count))
        print("RaceWithClosing: \(acknowledged.count) of 1000 were stored before the closing")
        // Whoever was refused is refused again; whoever was stored gets the receipt again.
        for (number, id) in outcomes where number % 25 == 1 {
            do {
                let receipt = try await race.nodes[0].store(try race.prepared(number))
                #expect(receipt.id == id && receipt.isRepeat)
            } catch SurveyRejection.closed {
                #expect(id == nil)
            }
        }
        await race.end()
    }

    /// The control: decided on the survey as it was read before, with nothing that is checked at append, responses are
    /// stored behind the closing, and the check above would see them.
    @Test func withoutReadingTheSurveyAtAppendSomeComeAfterIt() async throws {
        let race = try await Race.make()
        let before = try await race.server.services.store.history(of: race.survey, tenant: TestServer.one)
        try await race.change(.close)
        for number in 1...3 {
            let prepared = try race.prepared(number).submission
            _ = try await race.server.services.store.execute(
                Submission(tenant: prepared.tenant, stream: prepared.stream, actor: prepared.actor) { known in
                    try prepared.decide(
                        Known(history: known.history, others: [race.survey: before], personToken: known.personToken)
                    )
                }
            )
        }
        let log = try await race.log()
        let closed = try #require(log.first { $0.type == SurveyEvent.Name.closed }?.position)
        let late = log.filter { $0.type == MessageEvent.Name.responded && $0.position > closed }
        #expect(late.count == 3)
        await race.end()
    }
}
