import EventSourcing
import Foundation
import Testing

@testable import EventLog

/// Where nearly nobody was known before, strangers are taken for new without a look-up; who is not new keeps their token.
@Suite struct TakeStrangersForNew {
    private let tenant = TestLog.tenants[0]

    private func node(_ log: TestLog) -> PostgresEventStore {
        var limits = AppendLimits()
        limits.newBeforeTrust = 3
        return PostgresEventStore(pool: log.pool, limits: limits)
    }

    /// The token that a new message of somebody was decided on and stored with.
    private func speaks(_ reference: String, _ store: PostgresEventStore) async throws -> String {
        let person = PersonReference(source: "forum", reference: reference)
        let appended = try await store.execute(
            Submission(tenant: tenant, stream: Counter.stream(), likelyNew: true, person: person, actor: "test") {
                known in
                let token = known.personToken?.uuidString ?? "none"
                return Decision(events: [
                    NewEvent(type: "Said", schemaVersion: 1, body: Array("{\"by\":\"\(token)\"}".utf8))
                ])
            }
        )
        return String(decoding: try #require(appended.history.first).body, as: UTF8.self)
    }

    @Test func whoIsKnownElsewhereKeepsTheirToken() async throws {
        let log = try await TestLog.make()
        let (here, there) = (node(log), node(log))
        let token = try await speaks("ann", there)
        for index in 1...5 { _ = try await speaks("new \(index)", here) }
        #expect(try await speaks("ann", here) == token)
        #expect(try await speaks("new 5", here) == speaks("new 5", there))
        await log.close()
    }

    /// Also when many of them speak at once, in batches that are decided while others are stored.
    @Test func manyAtOnceGetOneTokenEach() async throws {
        let log = try await TestLog.make()
        let nodes = [node(log), node(log)]
        for index in 1...5 { for store in nodes { _ = try await speaks("first \(index)", store) } }
        let said = try await withThrowingTaskGroup(of: (String, String).self) { group in
            for index in 0..<600 {
                group.addTask {
                    let reference = "p\(index % 150)"
                    return (reference, try await speaks(reference, nodes[index / 150 % 2]))
                }
            }
            return try await group.reduce(into: [String: Set<String>]()) { $0[$1.0, default: []].insert($1.1) }
        }
        #expect(said.count == 150)
        #expect(said.allSatisfy { $0.value.count == 1 })
        #expect(Set(said.values.flatMap { $0 }).count == 150)
        await log.close()
    }

    @Test func whoWasForgottenElsewhereIsSomebodyNew() async throws {
        let log = try await TestLog.make()
        let (here, there) = (node(log), node(log))
        for index in 1...5 { _ = try await speaks("new \(index)", here) }
        let before = try await speaks("ann", here)
        let person = PersonReference(source: "forum", reference: "ann")
        _ = try await there.execute(
            Submission(tenant: tenant, stream: Counter.stream(), person: person, actor: "test") { known in
                Decision(events: [Counter.event(1)], forgets: known.personToken.map { [.person($0)] } ?? [])
            }
        )
        #expect(try await speaks("ann", here) != before)
        await log.close()
    }
}
