import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Projectors
import Synchronization
import Testing

/// What `chorus projections status` and `/metrics` say of a projector that does not move.
@Suite struct TellWhatStandsStill {
    private struct Broken: Error, CustomStringConvertible {
        var description: String { "the disk is full" }
    }

    private let versions = Dictionary(uniqueKeysWithValues: AllProjectors.make().map { ($0.name, $0.version) })

    private func status(_ board: TestBoard, _ projector: String = "demand_board") async throws -> ProjectionStatus {
        let statuses = try await ProjectionStatus.read(from: board.operators)
        return try #require(statuses.first { $0.projector == projector && $0.tenant == "one" && $0.state == "live" })
    }

    /// As if everything that was stored, and every move, were a minute older.
    private func age(_ board: TestBoard) async throws {
        try await board.operators.withTransaction { connection in
            try await connection.run(script: "SET LOCAL session_replication_role = replica")
            try await connection.execute("UPDATE log.events SET recorded_at = recorded_at - interval '1 minute'")
            try await connection.execute(
                "UPDATE projections.checkpoints SET updated_at = updated_at - interval '1 minute'"
            )
            try await connection.execute(
                "UPDATE projections.generations SET created_at = created_at - interval '1 minute'"
            )
        }
    }

    @Test func whatFailsSaysWhyAndHowOften() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads")
        let hindrance = Hindrance()
        hindrance.fail(Broken())
        let journal = ProjectionJournal(pool: board.pool, logger: board.logger)
        let engine = board.engine(hindrance.projectors(["demand_board"]), journal: journal)
        for _ in 0..<3 { _ = try await engine.round() }
        let key = ProjectionJournal.Key(projector: "demand_board", tenant: TestBoard.tenant)
        #expect(journal.counts[key]?.failures == 3)
        // Not yet: it may be a moment's trouble.
        var now = try await status(board)
        #expect(now.trouble?.error == "the disk is full")
        #expect(now.standstill(versions: versions) == nil)
        try await age(board)
        now = try await status(board)
        #expect(now.lag > 0)
        #expect(now.lagSeconds >= 60)
        let words = try #require(now.standstill(versions: versions))
        #expect(words.contains("the disk is full"))
        #expect(words.contains("events behind"))

        // Mended: the complaint is history as soon as it moves.
        hindrance.fail(nil)
        while try await engine.round() {}
        now = try await status(board)
        #expect(now.trouble == nil)
        #expect(now.lagSeconds == 0)
        #expect(now.standstill(versions: versions) == nil)
        await board.close()
    }

    @Test func aQuietLogIsNoStandstill() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads")
        try await board.project()
        try await age(board)
        let now = try await status(board)
        #expect(now.stillSeconds >= 60)
        #expect(now.standstill(versions: versions) == nil)
        await board.close()
    }

    /// Old events, but the checkpoint moved a moment ago: an import is being worked off.
    @Test func aBacklogIsNoStandstill() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads")
        try await board.project()
        try await board.receive(TestBoard.message(), category: "roads")
        try await age(board)
        try await board.operators.execute("UPDATE projections.checkpoints SET updated_at = now()")
        let now = try await status(board)
        #expect(now.lagSeconds >= 60)
        #expect(now.standstill(versions: versions) == nil)
        await board.close()
    }

    @Test func withoutAServerItSaysSo() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads")
        try await age(board)
        #expect(try await status(board).standstill(versions: versions)?.contains("no server works") == true)
        _ = try await TenantLeases(pool: board.pool).held()
        #expect(try await status(board).standstill(versions: versions)?.contains("one batch may") == true)
        await board.close()
    }

    /// A projector was taken out of the program: what it made is told of, and goes when somebody says so.
    @Test func whatTheProgramDoesNotHaveAnyMoreCanBeDropped() async throws {
        let board = try await TestBoard.make(adding: HoursOfTheDay(), from: "Example")
        try await board.receive(TestBoard.message(), category: "roads")
        try await age(board)
        var versions = versions
        versions["hours_of_the_day"] = nil
        let words = try await status(board, "hours_of_the_day").standstill(versions: versions)
        #expect(
            words?.contains(
                "no such read model; if no other one keeps it, run: chorus projections drop hours_of_the_day"
            ) == true
        )
        let rebuild = Rebuild(pool: board.operators, files: board.files, logger: board.logger)
        #expect(try await rebuild.dropAll(of: "hours_of_the_day") == 1)
        #expect(try await rebuild.dropAll(of: "hours_of_the_day") == 0)
        let views =
            "SELECT count(*) FROM pg_views WHERE schemaname = 'review' AND viewname IN ('hours_of_the_day', 'demand_board')"
        #expect(try await board.operators.query(SQL(views, [])).first?.decode(0, as: Int64.self) == 1)
        let left = try await ProjectionStatus.read(from: board.operators).map(\.projector)
        #expect(!left.contains("hours_of_the_day") && left.contains("demand_board"))
        await board.close()
    }

    @Test func anotherVersionWantsARebuild() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads")
        try await age(board)
        let words = try await status(board).standstill(versions: ["demand_board": 99])
        #expect(words?.contains("chorus projections rebuild demand_board") == true)
        await board.close()
    }

    /// Complaints are written when they are new, and not again in every round.
    @Test func complaintsAreWrittenNowAndThen() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads")
        let hindrance = Hindrance()
        hindrance.fail(Broken())
        let clock = Steps()
        let journal = ProjectionJournal(pool: board.pool, logger: board.logger) { clock.now }
        let engine = board.engine(hindrance.projectors(["demand_board"]), journal: journal)
        for _ in 0..<5 { _ = try await engine.round() }
        #expect(try await status(board).trouble?.failures == 1)
        clock.pass(.seconds(11))
        _ = try await engine.round()
        #expect(try await status(board).trouble?.failures == 6)
        await board.close()
    }
}

/// A clock that the test moves.
private final class Steps: Sendable {
    private let start = ContinuousClock.now
    private let passed = Mutex(Duration.zero)
    var now: ContinuousClock.Instant { start + passed.withLock { $0 } }
    func pass(_ time: Duration) { passed.withLock { $0 += time } }
}
