import Demands
import EventLog
import EventSourcing
import Logging
import Postgres
import Projectors
import Testing

/// What a rebuild leaves beside the live generations, and where it goes on.
@Suite struct RebuildBeside {
    private static func states(_ board: TestBoard) async throws -> [String: [String]] {
        let rows = try await board.operators.query(
            "SELECT g.projector, g.state FROM projections.generations AS g ORDER BY g.generation"
        )
        var states: [String: [String]] = [:]
        for row in rows {
            let (projector, state) = try row.decode((String, String).self)
            states[projector, default: []].append(state)
        }
        return states
    }

    private static func rebuild(_ board: TestBoard) -> Rebuild {
        Rebuild(pool: board.operators, files: board.files, logger: board.logger)
    }

    private static func sum(_ board: TestBoard, schema: String = "review") async throws -> [[String?]] {
        try await board.rows(
            "SELECT COALESCE(sum(demands), 0), max(log_position) FROM \(schema).demand_board"
        )
    }

    @Test func theOldOneStaysUntilTheNextRebuild() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "a")
        try await board.project()
        _ = try await Self.rebuild(board).run([DemandBoard()])
        #expect(try await Self.states(board)["demand_board"] == ["kept", "live"])
        _ = try await Self.rebuild(board).run([DemandBoard()])
        #expect(try await Self.states(board)["demand_board"] == ["kept", "live"])
        #expect(try await Self.rebuild(board).dropKept("demand_board") == 1)
        #expect(try await Self.states(board)["demand_board"] == ["live"])
        await board.close()
    }

    @Test func switchingBackCatchesUpFirst() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "a")
        try await board.project()
        _ = try await Self.rebuild(board).run([DemandBoard()])
        for person in ["b", "c"] { try await board.receive(TestBoard.message(), category: "parks", person: person) }
        try await board.project()
        let before = try await Self.sum(board)
        let outcome = try await Self.rebuild(board).switchBack(DemandBoard())
        #expect(outcome.generation == 1)
        #expect(outcome.differences == [:])
        #expect(try await Self.sum(board) == before)
        #expect(before.first?.first == "3")
        #expect(try await Self.states(board)["demand_board"] == ["live", "kept"])
        // The engine goes on with the one that is live again.
        try await board.receive(TestBoard.message(), category: "parks", person: "d")
        try await board.project()
        #expect(try await Self.sum(board).first?.first == "4")
        await board.close()
    }

    @Test func thereIsNothingToSwitchBackToAtFirst() async throws {
        let board = try await TestBoard.make()
        await #expect(throws: NothingKept.self) { _ = try await Self.rebuild(board).switchBack(DemandBoard()) }
        await board.close()
    }

    /// The first generation after the live ones.
    private static let next = Int32(AllProjectors.make().count + 1)

    /// A row that only the broken-off rebuild can have written.
    private static let mark = "UPDATE gen_\(next).messages SET channel = 'forum' WHERE tenant_id = 1"

    /// A rebuild in batches of 30 events that ends after its first one.
    private static func breakOff(_ board: TestBoard) async throws {
        var options = Rebuild.Options()
        options.batchSize = 30
        let broken = options
        let task = Task {
            try await rebuild(board).run([DemandBoard()], broken) { progress in
                if progress.done < progress.total { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        await #expect(throws: (any Error).self) { _ = try await task.value }
        let left = try await board.operators.query(
            """
            SELECT c.position
            FROM projections.generations AS g
            JOIN projections.checkpoints AS c
                ON c.tenant_id = \(TestBoard.tenant.rawValue)
                AND c.generation = g.generation
            WHERE g.state = 'building'
                AND g.generation = \(next)
            """
        )
        #expect(try #require(try left.first?.decode(0, as: Int64.self)) > 0)
        #expect(try await autovacuumLooksAfter(next, board) == [false])
    }

    /// Whether autovacuum looks after the tables of a generation; both, where it does after some.
    private static func autovacuumLooksAfter(_ generation: Int32, _ board: TestBoard) async throws -> [Bool] {
        let rows = try await board.operators.query(
            """
            SELECT DISTINCT NOT COALESCE('autovacuum_enabled=off' = ANY (c.reloptions), false)
            FROM pg_class AS c
            WHERE c.relnamespace = to_regnamespace(\(Generations.schema(generation)))
                AND c.relkind = 'r'
            """
        )
        return try rows.map { try $0.decode(0, as: Bool.self) }
    }

    @Test func aBrokenOffRebuildGoesOnWhereItWas() async throws {
        let board = try await TestBoard.make()
        for person in 0..<40 { try await board.receive(TestBoard.message(), category: "roads", person: "p\(person)") }
        try await board.project()
        try await Self.breakOff(board)
        // The part that is done is not done again: a row that only the broken-off rebuild can have written is still there.
        try await board.operators.execute(SQL(Self.mark))
        let outcome = try #require(try await Self.rebuild(board).run([DemandBoard()]).first)
        #expect(outcome.generation == Self.next)
        #expect(try await Self.autovacuumLooksAfter(outcome.generation, board) == [true])
        #expect((outcome.differences?["messages"] ?? 0) > 0)
        await board.close()
    }

    @Test func aBrokenOffRebuildThatHadPublishedBeginsAnew() async throws {
        let board = try await TestBoard.make()
        for round in 0..<8 {
            for person in 0..<5 {
                try await board.receive(TestBoard.message(), category: "roads", person: "p\(round)-\(person)")
            }
            try await board.project()
            _ = try await board.release()
        }
        try await Self.breakOff(board)
        try await board.operators.execute(SQL(Self.mark))
        let outcome = try #require(try await Self.rebuild(board).run([DemandBoard()]).first)
        #expect(outcome.generation == Self.next + 1)
        #expect(outcome.differences == [:])
        await board.close()
    }

    /// Whatever a batch of a rebuild holds, releases included, its rows are those of the live generation.
    @Test(arguments: [1, 17, 20_000])
    func manyReleasesInOneBatchPublishWhatEachWouldAlone(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        var streams: [StreamID] = []
        for round in 0..<25 {
            for person in 0..<6 {
                let stream = TestBoard.message()
                streams.append(stream)
                try await board.receive(
                    stream,
                    category: ["roads", "schools", "parks"][(round + person) % 3],
                    person: "p\((round * 5 + person) % 40)",
                    at: "2026-0\(1 + round / 5)-1\(person)T08:00:00+08:00",
                    place: ["North", "South", "West"][(round * person) % 3],
                    groups: person == 2 ? [GroupLink(name: "Drivers", ties: [.place])] : []
                )
            }
            if round % 4 == 3 {
                // Of older messages: once before a release and once behind the next one.
                try await board.execute(.withdraw(by: "person"), streams[round])
                try await board.execute(
                    .categorise(demand: 1, category: "parks", method: .reviewer),
                    streams[round + 8]
                )
            }
            try await board.project()
            _ = try await board.release()
        }
        var options = Rebuild.Options()
        options.batchSize = batchSize
        for outcome in try await board.rebuild(options) { #expect(outcome.differences == [:], "\(outcome.projector)") }
        await board.close()
    }

    @Test func asOfAPositionIsReadBesideTheLiveOne() async throws {
        let board = try await TestBoard.make()
        for person in ["a", "b"] { try await board.receive(TestBoard.message(), category: "roads", person: person) }
        try await board.project()
        let then = try await Self.sum(board)
        let head = try await board.store.head(of: TestBoard.tenant)
        for person in ["c", "d"] { try await board.receive(TestBoard.message(), category: "parks", person: person) }
        try await board.project()
        var options = Rebuild.Options()
        options.asOf = AsOf(head, tenant: "one", name: "then")
        _ = try await Self.rebuild(board).run(AllProjectors.make(), options)
        #expect(try await Self.sum(board, schema: "review_asof_then") == then)
        #expect(try await Self.sum(board).first?.first == "4")
        // It stands still, and may be built anew under its name.
        try await board.receive(TestBoard.message(), category: "parks", person: "e")
        try await board.project()
        #expect(try await Self.sum(board, schema: "review_asof_then") == then)
        options.asOf = AsOf(head + 1, tenant: "one", name: "then")
        _ = try await Self.rebuild(board).run(AllProjectors.make(), options)
        #expect(try await Self.sum(board, schema: "review_asof_then") != then)
        // Every view of a read model in review is there; nothing that only releases may tell.
        let schemas = try await board.operators.query(
            """
            SELECT DISTINCT v.viewname FROM pg_views AS v WHERE v.schemaname = 'review' AND v.viewname <> 'projection_state'
            EXCEPT
            SELECT v.viewname FROM pg_views AS v WHERE v.schemaname = 'review_asof_then'
            """
        )
        #expect(schemas.isEmpty)
        await #expect(throws: PostgresError.self) {
            _ = try await board.rows("SELECT FROM review_asof_then.demand_board", as: "analyst")
        }
        #expect(try await Self.rebuild(board).dropAsOf("then") == AllProjectors.make().count)
        #expect(try await Self.states(board)["demand_board"] == ["live"])
        #expect(try await Self.rebuild(board).dropAsOf("then") == 0)
        await board.close()
    }

    @Test func asOfATimeIsEveryTenantsStateThen() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "a")
        try await board.receive(TestBoard.message(), category: "roads", tenant: TenantID(rawValue: 2))
        try await board.project()
        let rows = try await board.operators.query("SELECT max(b.recorded_at) FROM log.batches AS b")
        let time = try #require(try rows.first?.decode(0, as: PostgresTimestamp?.self))
        try await board.receive(TestBoard.message(), category: "parks", person: "b")
        try await board.project()
        var options = Rebuild.Options()
        let instant = Timestamp(microsecondsSince1970: time.microsecondsSince1970)
        options.asOf = AsOf(instant, name: "t1")
        _ = try await Self.rebuild(board).run([DemandBoard()], options)
        #expect(try await Self.sum(board, schema: "review_asof_t1").first?.first == "1")
        let other = try await board.rows("SELECT sum(demands) FROM review_asof_t1.demand_board", tenant: "two")
        #expect(other == [["1"]])
        await board.close()
    }

    @Test func asOfRefusesWhatIsNotInTheLog() async throws {
        let board = try await TestBoard.make()
        for (position, tenant) in [(7 as Position, "one"), (1, "nobody")] {
            var options = Rebuild.Options()
            options.asOf = AsOf(position, tenant: tenant, name: "x")
            await #expect(throws: NotInTheLog.self) { _ = try await Self.rebuild(board).run([DemandBoard()], options) }
        }
        await board.close()
    }

    @Test(arguments: ["", "1", "A", "a-b", "ä", String(repeating: "a", count: 41), "a\"; DROP SCHEMA log"])
    func namesAreWordsOfSmallLetters(_ name: String) {
        #expect(AsOf(1, tenant: "one", name: name) == nil)
    }
}
