import EventLog
import EventSourcing
import Foundation
import Testing

/// What every event store must do; run on memory and on PostgreSQL.
@Suite struct EventStoreContract {
    enum Kind: String, CaseIterable, Sendable {
        case memory
        case postgres
        /// PostgreSQL, read by connections of its own.
        case readApart
    }

    /// - Parameter racesLost: how many of the first appends find that somebody else was first.
    func withStore(
        _ kind: Kind,
        racesLost: Int = 0,
        clock: CommandClock = .continuous,
        _ body: (any EventStore) async throws -> Void
    ) async throws {
        switch kind {
        case .memory:
            let races = Countdown(racesLost)
            try await body(
                InMemoryEventStore(
                    tenants: TestLog.tenants,
                    clock: clock,
                    isOvertaken: { _ in races.goesOn },
                    now: { Timestamp(microsecondsSince1970: 1_000_000) }
                )
            )
        case .postgres, .readApart:
            let log = try await TestLog.make()
            do {
                if racesLost > 0 { try await log.overtake(times: racesLost) }
                let store = PostgresEventStore(pool: log.pool, clock: clock)
                let reads = PostgresEventStore(pool: log.operators)
                try await body(kind == .postgres ? store : SeparateReads(store, reads: reads))
                await log.close()
            } catch {
                await log.close()
                throw error
            }
        }
    }

    let tenant = TestLog.tenants[0]

    @Test(arguments: Kind.allCases)
    func appendsFromPositionAndVersionOne(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let first = try await store.execute(Counter.increment(stream, by: "key:a"))
            let second = try await store.execute(Counter.increment(stream, by: "key:b"))
            #expect(first.history.map(\.position) == [1])
            #expect(second.history.map(\.position) == [1, 2])
            #expect(second.history.map(\.version) == [1, 2])
            #expect(second.history.map(\.actor) == ["key:a", "key:b"])
            #expect(second.history.map(\.body) == [Array(#"{"n":1}"#.utf8), Array(#"{"n":2}"#.utf8)])
            #expect(second.position == 2 && !second.isRepeat)
            #expect(try await store.head(of: tenant) == 2)
            #expect(try await store.history(of: stream, tenant: tenant) == second.history)
            #expect(try await store.events(of: tenant, after: 1, limit: 10) == [second.history[1]])
            #expect(try await store.events(of: tenant, after: 2, limit: 10).isEmpty)
        }
    }

    @Test(arguments: Kind.allCases)
    func keepsExactBytes(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let body = Array("{\"汇\" :  \"声 🎐\", \"n\":1e2}".utf8)
            _ = try await store.execute(
                Submission(tenant: tenant, stream: stream, actor: "test") { _ in
                    Decision(events: [NewEvent(type: "Counted", schemaVersion: 3, body: body)])
                }
            )
            let stored = try await store.history(of: stream, tenant: tenant)
            #expect(stored.map(\.body) == [body])
            #expect(stored.map(\.schemaVersion) == [3])
        }
    }

    @Test(arguments: Kind.allCases)
    func storesNothingOfARejectedCommand(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            await #expect(throws: Counter.TooHigh.self) {
                _ = try await store.execute(Counter.increment(stream, limit: 0))
            }
            let head = try await store.head(of: tenant)
            let history = try await store.history(of: stream, tenant: tenant)
            #expect(head == 0 && history.isEmpty)
        }
    }

    @Test(arguments: Kind.allCases)
    func aCommandThatDecidesNothingIsARepeat(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            _ = try await store.execute(Counter.increment(stream))
            let nothing = try await store.execute(
                Submission(tenant: tenant, stream: stream, likelyNew: true, actor: "test") { known in
                    known.history.isEmpty ? Decision(events: [Counter.event(9)]) : .nothing
                }
            )
            #expect(nothing.isRepeat)
            #expect(nothing.history.count == 1)
            #expect(try await store.head(of: tenant) == 1)
        }
    }

    @Test(arguments: Kind.allCases)
    func aKnownCommandIDTellsWhereItsFirstArrivalStands(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let id = UUID()
            var command = Submission(tenant: tenant, stream: stream, commandID: id, actor: "test") { known in
                Decision(events: [Counter.event(known.history.count + 1), Counter.event(known.history.count + 2)])
            }
            _ = try await store.execute(Counter.increment(stream))
            #expect(try await store.execute(command).commandPosition == 2)
            #expect(try await store.execute(Counter.increment(stream)).commandPosition == 4)
            let again = try await store.execute(command)
            #expect(again.commandPosition == 2 && again.isRepeat)
            command = Submission(tenant: tenant, stream: stream, actor: "test") { _ in .nothing }
            #expect(try await store.execute(command).commandPosition == nil)
        }
    }

    @Test(arguments: Kind.allCases)
    func forgetsWordsAndPersonWithTheEventThatSaysSo(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let person = PersonReference(source: "s", reference: "p")
            let speak = { @Sendable (stream: StreamID) in
                Submission(tenant: tenant, stream: stream, person: person, actor: "test") { known in
                    let token = known.personToken?.uuidString ?? "none"
                    let passage = Passage(number: 1, kind: "text", language: nil, body: "words", salt: [1])
                    let intake = Intake(
                        trackingHash: Array(stream.id.uuidString.utf8),
                        requestHash: [2],
                        source: nil,
                        externalID: nil
                    )
                    return Decision(
                        events: [NewEvent(type: "Spoke", schemaVersion: 1, body: Array("{\"by\":\"\(token)\"}".utf8))],
                        passages: [passage],
                        intake: intake
                    )
                }
            }
            let first = try await store.execute(speak(stream))
            let token = try token(of: first)
            let refused = Submission(tenant: tenant, stream: stream, actor: "test") { _ in throw Counter.TooHigh() }
            await #expect(throws: Counter.TooHigh.self) { _ = try await store.execute(refused) }
            #expect(try await store.passages(of: stream, tenant: tenant).count == 1)
            let forget = Submission(tenant: tenant, stream: stream, actor: "test") { known in
                #expect(known.requestHash == [2])
                return Decision(events: [Counter.event(2)], forgets: [.words(of: stream.id), .person(token)])
            }
            _ = try await store.execute(forget)
            #expect(try await store.passages(of: stream, tenant: tenant).isEmpty)
            _ = try await store.execute(
                Submission(tenant: tenant, stream: stream, actor: "test") { known in
                    #expect(known.requestHash == nil)
                    return .nothing
                }
            )
            // The same store still has the old token in memory: whoever writes now is somebody new all the same.
            let later = try await store.execute(speak(Counter.stream()))
            #expect(try self.token(of: later) != token)
        }
    }

    private func token(of appended: Appended) throws -> UUID {
        let body = String(decoding: try #require(appended.history.last).body, as: UTF8.self)
        return try #require(UUID(uuidString: String(body.dropFirst(7).dropLast(2))))
    }

    /// The hint that a stream is new saves a look-up, and never decides: what is stored is seen before anything is refused.
    @Test(arguments: Kind.allCases)
    func refusesNothingOnAHintAlone(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            _ = try await store.execute(Counter.increment(stream))
            let again = try await store.execute(
                Submission(tenant: tenant, stream: stream, likelyNew: true, actor: "test") { known in
                    guard !known.history.isEmpty else { throw Counter.TooHigh() }
                    return .nothing
                }
            )
            #expect(again.isRepeat && again.history.count == 1)
            await #expect(throws: Counter.TooHigh.self) {
                _ = try await store.execute(
                    Submission(tenant: tenant, stream: stream, likelyNew: true, actor: "test") { _ in
                        throw Counter.TooHigh()
                    }
                )
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func aCommandIDHasOneEffect(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let id = UUID()
            for _ in 1...3 {
                let outcome = try await store.execute(
                    Submission(tenant: tenant, stream: stream, commandID: id, actor: "test") { known in
                        Decision(events: [Counter.event(known.history.count + 1)])
                    }
                )
                #expect(outcome.history.count == 1)
            }
            #expect(try await store.head(of: tenant) == 1)
        }
    }

    @Test(arguments: Kind.allCases)
    func writesSeveralEventsOfACommandTogether(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let outcome = try await store.execute(
                Submission(tenant: tenant, stream: stream, actor: "test") { _ in
                    Decision(events: [Counter.event(1), Counter.event(2), Counter.event(3)])
                }
            )
            #expect(outcome.history.map(\.version) == [1, 2, 3])
            #expect(Set(outcome.history.map(\.recordedAt)).count == 1)
        }
    }

    @Test(arguments: Kind.allCases)
    func racingCommandsOnOneStreamAllCountOnce(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...100 { group.addTask { _ = try await store.execute(Counter.increment(stream)) } }
                try await group.waitForAll()
            }
            let history = try await store.history(of: stream, tenant: tenant)
            #expect(history.map(\.version) == Array(1...100))
            #expect(history.map { String(decoding: $0.body, as: UTF8.self) } == (1...100).map { "{\"n\":\($0)}" })
        }
    }

    @Test(arguments: Kind.allCases)
    func ofRacingCommandsOnlyThoseAllowedTakeEffect(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let effects = await withTaskGroup(of: Bool.self) { group in
                for _ in 1...50 {
                    group.addTask { (try? await store.execute(Counter.increment(stream, limit: 1))) != nil }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            let head = try await store.head(of: tenant)
            #expect(effects == 1 && head == 1)
        }
    }

    @Test(arguments: Kind.allCases)
    func aPersonKeepsOneTokenWithinASource(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let seen = TokenLog()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<60 {
                    let person = PersonReference(source: index % 2 == 0 ? "a" : "b", reference: "p\(index % 3)")
                    group.addTask {
                        _ = try await store.execute(
                            Submission(
                                tenant: self.tenant,
                                stream: Counter.stream(),
                                likelyNew: true,
                                person: person,
                                actor: "test"
                            ) { known in
                                let token = known.personToken?.uuidString ?? "none"
                                return Decision(events: [
                                    NewEvent(type: "Said", schemaVersion: 1, body: Array("{\"by\":\"\(token)\"}".utf8))
                                ])
                            }
                        )
                        await seen.note(person)
                    }
                }
                try await group.waitForAll()
            }
            let bodies = try await store.events(of: tenant, after: 0, limit: 100).map(\.body)
            #expect(bodies.count == 60)
            #expect(Set(bodies).count == 6)
        }
    }

    private actor TokenLog {
        private var people: Set<PersonReference> = []
        func note(_ person: PersonReference) { people.insert(person) }
    }

    @Test(arguments: Kind.allCases)
    func keepsWordsBesideTheLog(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let passage = Passage(number: 1, kind: "text", language: "zh", body: "路灯坏了", salt: [1, 2, 3])
            _ = try await store.execute(
                Submission(tenant: tenant, stream: stream, actor: "test") { _ in
                    Decision(events: [Counter.event(1)], passages: [passage])
                }
            )
            #expect(try await store.passages(of: stream, tenant: tenant) == [1: passage])
        }
    }

    @Test(arguments: Kind.allCases)
    func remembersTheRequestThatOpenedAStream(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let stream = Counter.stream()
            let submission = Submission(tenant: tenant, stream: stream, actor: "test") { known in
                guard known.history.isEmpty else {
                    #expect(known.requestHash == [7, 7])
                    return .nothing
                }
                return Decision(
                    events: [Counter.event(1)],
                    intake: Intake(trackingHash: [9], requestHash: [7, 7], source: nil, externalID: nil)
                )
            }
            let first = try await store.execute(submission)
            let second = try await store.execute(submission)
            #expect(!first.isRepeat && second.isRepeat)
        }
    }

    @Test(arguments: Kind.allCases)
    func checksVersionsOfStreamsThatWereRead(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let gate = Counter.stream()
            // Whoever writes may do so only while the gate is empty; one command closes the gate.
            let writers = (0..<40).map { index in
                Submission(tenant: tenant, stream: Counter.stream(), reads: [gate], actor: "test") { known in
                    guard known.others[gate]?.isEmpty == true else { throw Counter.TooHigh() }
                    return Decision(events: [Counter.event(index)])
                }
            }
            await withTaskGroup(of: Void.self) { group in
                for (index, writer) in writers.enumerated() {
                    group.addTask { _ = try? await store.execute(writer) }
                    if index == 20 { group.addTask { _ = try? await store.execute(Counter.increment(gate)) } }
                }
            }
            let closed = try #require(try await store.history(of: gate, tenant: tenant).first?.position)
            #expect(try await store.head(of: tenant) == closed)
        }
    }

    @Test(arguments: Kind.allCases)
    func tenantsHaveLogsOfTheirOwn(_ kind: Kind) async throws {
        try await withStore(kind) { store in
            let id = UUID()
            for tenant in TestLog.tenants {
                _ = try await store.execute(
                    Submission(tenant: tenant, stream: Counter.stream(id), actor: "test") { known in
                        #expect(known.history.isEmpty)
                        return Decision(events: [Counter.event(1)])
                    }
                )
            }
            for tenant in TestLog.tenants {
                let head = try await store.head(of: tenant)
                #expect(head == 1)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func refusesAnUnknownTenant(_ kind: Kind) async throws {
        try await withStore(kind) { store async throws in
            do {
                _ = try await store.execute(
                    Submission(tenant: TenantID(rawValue: 99), stream: Counter.stream(), actor: "test") { _ in
                        Decision(events: [Counter.event(1)])
                    }
                )
                Issue.record("was stored")
            } catch StoreFailure.unknownTenant(let tenant) {
                #expect(tenant.rawValue == 99)
            }
        }
    }

    /// "é" and "e with an accent" look alike and are two references.
    @Test(arguments: Kind.allCases)
    func tellsPeopleApartByBytes(_ kind: Kind) async throws {
        try await withStore(kind) { store async throws in
            for reference in ["\u{E9}", "e\u{301}", "\u{E9}"] {
                _ = try await store.execute(
                    Submission(
                        tenant: tenant,
                        stream: Counter.stream(),
                        person: PersonReference(source: "a", reference: reference),
                        actor: "test"
                    ) { known in
                        let token = known.personToken?.uuidString ?? "none"
                        return Decision(events: [
                            NewEvent(type: "Said", schemaVersion: 1, body: Array("{\"by\":\"\(token)\"}".utf8))
                        ])
                    }
                )
            }
            let bodies = try await store.events(of: tenant, after: 0, limit: 10).map(\.body)
            #expect(bodies[0] == bodies[2] && bodies[0] != bodies[1])
        }
    }
}
