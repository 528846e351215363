import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Projectors
import Testing

/// A poison event, and what operators do about it.
@Suite struct DecideOnParkedStreams {
    /// The projectors that fold the broken event.
    private static let minding: Set<String> = [
        "classification", "coverage", "demand_board", "demand_board_by_group", "handling", "taxonomy", "topics",
    ]

    /// Three messages; the second one's log goes on behind an event without any content.
    private func poisoned() async throws -> (board: TestBoard, stream: StreamID, position: Position) {
        let board = try await TestBoard.make()
        let stream = TestBoard.message()
        try await board.receive(TestBoard.message(), category: "roads", person: "a")
        try await board.receive(stream, category: "roads", person: "b")
        let positions = try await board.append([TestBoard.broken()], to: stream)
        try await board.receive(TestBoard.message(), category: "roads", person: "c")
        _ = try await board.append([TestBoard.withdrawn], to: stream)
        return (board, stream, try #require(positions.first))
    }

    @Test(arguments: [1, 4000])
    func aBrokenBodyParksItsStreamAndNoOther(_ batchSize: Int) async throws {
        let (board, stream, position) = try await poisoned()
        try await board.receive(TestBoard.message(), category: "roads", person: "d")
        try await board.project(batchSize: batchSize)
        let parked = try await board.parked()
        #expect(Set(parked.map(\.projector)) == Self.minding)
        for one in parked {
            #expect(one.stream == stream)
            #expect(one.position == position)
            #expect(one.reason.contains("demand"), "\(one.reason)")
        }
        // The withdrawal behind it is left out; who cannot be hurt by the event reads on.
        #expect(try await board.rows("SELECT sum(demands)::bigint FROM review.demand_board") == [["4"]])
        #expect(try await board.rows("SELECT messages FROM review.participation_total") == [["3"]])
        let state = try await board.rows(
            """
            SELECT projector, lag_events, lag_seconds, parked_streams, parked_events, skipped_events
            FROM review.projection_state
            WHERE projector IN ('demand_board', 'participation')
            ORDER BY projector
            """
        )
        #expect(
            state == [["demand_board", "0", "0.0", "1", "2", "0"], ["participation", "0", "0.0", "0", "0", "0"]]
        )
        #expect(
            try await board.rows("SELECT sum(parked_events) FROM review.projection_state", tenant: "two") == [["0"]]
        )
        await #expect(throws: (any Error).self) {
            _ = try await board.rows("SELECT * FROM review.projection_state", as: "analyst")
        }
        await board.close()
    }

    @Test func retryingWhatIsStillBrokenChangesNothing() async throws {
        let (board, stream, position) = try await poisoned()
        try await board.project()
        let error = await #expect(throws: ParkingRefusal.self) {
            try await board.decisions.retry(DemandBoard(), stream.id, tenant: TestBoard.tenant, by: "test")
        }
        #expect(error?.description.contains("position \(position) cannot be read") == true)
        #expect(try await board.parked().count == Self.minding.count)
        #expect(try await recorded(board) == [])
        await board.close()
    }

    @Test func whatIsNotParkedCannotBeDecidedOn() async throws {
        let (board, _, _) = try await poisoned()
        try await board.project()
        await #expect(throws: ParkingRefusal.self) {
            try await board.decisions.retry(DemandBoard(), UUID(), tenant: TestBoard.tenant, by: "test")
        }
        await board.close()
    }

    /// The skip leaves out one event; the stream goes on, here and in the next generation, and both say who decided.
    @Test func aSkippedEventIsLeftOutForGood() async throws {
        let (board, stream, position) = try await poisoned()
        try await board.project()
        for projector in AllProjectors.make() where Self.minding.contains(projector.name) {
            let outcome = try await board.decisions.skip(
                projector,
                stream.id,
                tenant: TestBoard.tenant,
                reason: "written by hand",
                by: "olga"
            )
            #expect(outcome.events == 1)
            #expect(outcome.waitsBecause == nil)
        }
        #expect(try await board.parked() == [])
        #expect(try await board.rows("SELECT sum(demands)::bigint FROM review.demand_board") == [["2"]])
        let said = ["skip", "\(position)", "written by hand", "olga"]
        #expect(try await recorded(board) == Self.minding.map { _ in said })
        let state = "SELECT parked_events, skipped_events FROM review.projection_state WHERE projector = 'demand_board'"
        #expect(try await board.rows(state) == [["0", "1"]])
        #expect(try await board.differences() == [:])
        #expect(try await board.rows(state) == [["0", "1"]])
        #expect(try await board.parked() == [])
        await board.close()
    }

    /// The control: without the record the next generation parks the stream again, and the comparison says so.
    @Test func withoutItsRecordASkipWouldNotLast() async throws {
        let (board, stream, _) = try await poisoned()
        try await board.project()
        _ = try await board.decisions.skip(
            DemandBoard(),
            stream.id,
            tenant: TestBoard.tenant,
            reason: "written by hand",
            by: "olga"
        )
        try await board.operators.execute("DELETE FROM projections.parked_decisions")
        #expect(try await board.differences([DemandBoard()])["demand_board"] != nil)
        #expect(try await board.parked().contains { $0.projector == "demand_board" })
        await board.close()
    }

    /// What comes later of the stream is read by engines as if nothing had been.
    @Test func theStreamGoesOnAfterTheSkip() async throws {
        let (board, stream, _) = try await poisoned()
        try await board.project()
        _ = try await board.decisions.skip(
            DemandBoard(),
            stream.id,
            tenant: TestBoard.tenant,
            reason: "written by hand",
            by: "olga"
        )
        let again = try await board.append([TestBoard.broken()], to: stream)
        try await board.project()
        let parked = try await board.parked().filter { $0.projector == "demand_board" }
        #expect(parked.map(\.position) == again)
        await board.close()
    }

    @Test func aLaterEventThatIsBrokenTooParksAgain() async throws {
        let (board, stream, _) = try await poisoned()
        let second = try await board.append([TestBoard.broken()], to: stream)
        try await board.project()
        let outcome = try await board.decisions.skip(
            DemandBoard(),
            stream.id,
            tenant: TestBoard.tenant,
            reason: "written by hand",
            by: "olga"
        )
        #expect(outcome.parkedAgain?.position == second.first)
        #expect(try await board.rows("SELECT sum(demands)::bigint FROM review.demand_board") == [["2"]])
        #expect(try await board.parked().filter { $0.projector == "demand_board" }.map(\.position) == second)
        await board.close()
    }

    /// A release in between was published without the stream: it stays so until the next generation.
    @Test func behindAReleaseAStreamWaitsForTheNextGeneration() async throws {
        let (board, stream, position) = try await poisoned()
        try await board.receive(TestBoard.message(), category: "roads", person: "d")
        try await board.project()
        _ = try await board.release()
        let refusal = await #expect(throws: ParkingRefusal.self) {
            try await board.decisions.retry(DemandBoard(), stream.id, tenant: TestBoard.tenant, by: "test")
        }
        #expect(refusal?.description.contains("chorus projections rebuild demand_board") == true)
        #expect(refusal?.description.contains("release at position") == true)
        let outcome = try await board.decisions.skip(
            DemandBoard(),
            stream.id,
            tenant: TestBoard.tenant,
            reason: "written by hand",
            by: "olga"
        )
        #expect(outcome.waitsBecause != nil)
        let parked = try await board.parked().filter { $0.projector == "demand_board" }
        #expect(parked.map(\.position) == [position])
        #expect(parked.map(\.waitsForRebuild) == [true])
        let state = "SELECT parked_events, skipped_events FROM review.projection_state WHERE projector = 'demand_board'"
        #expect(try await board.rows(state) == [["2", "0"]])
        await #expect(throws: ParkingRefusal.self) {
            try await board.decisions.skip(
                DemandBoard(),
                stream.id,
                tenant: TestBoard.tenant,
                reason: "again",
                by: "olga"
            )
        }
        // The next generation takes in the withdrawal, so it is not equal to the one that could not.
        #expect(try await board.differences([DemandBoard()])["demand_board"] != nil)
        #expect(try await board.rows(state) == [["0", "1"]])
        #expect(try await board.rows("SELECT sum(demands)::bigint FROM review.demand_board") == [["3"]])
        #expect(try await board.differences([DemandBoard()]) == [:])
        await board.close()
    }

    /// Not declared commutative: the advice is to rebuild, which then gives the rows of an undisturbed run.
    @Test func aProjectorThatMindsTheOrderIsRebuilt() async throws {
        let board = try await TestBoard.make()
        let stream = TestBoard.message()
        try await board.receive(stream, category: "roads", person: "a")
        let hindrance = Hindrance(isCommutative: false)
        hindrance.hinder([1])
        let hindered = hindrance.projectors(["demand_board"])
        try await board.project(hindered)
        hindrance.hinder([])
        for projector in hindered {
            let refusal = await #expect(throws: ParkingRefusal.self) {
                try await board.decisions.retry(projector, stream.id, tenant: TestBoard.tenant, by: "test")
            }
            #expect(refusal?.description.contains("order") == true)
            #expect(refusal?.description.contains("chorus projections rebuild demand_board") == true)
        }
        _ = try await board.differences([DemandBoard()])
        #expect(try await board.rows("SELECT sum(demands)::bigint FROM review.demand_board") == [["1"]])
        await board.close()
    }

    /// A generation that was half built without knowing of the decision is thrown away.
    @Test func aHalfBuiltGenerationIsThrownAway() async throws {
        let (board, stream, position) = try await poisoned()
        try await board.project()
        try await board.operators.execute(
            "INSERT INTO projections.generations (generation, projector, projector_version) VALUES (900, 'demand_board', 3), (901, 'demand_board', 3)"
        )
        try await board.operators.execute(
            """
            INSERT INTO projections.checkpoints (tenant_id, generation, position)
            VALUES (1, 900, \(position)), (1, 901, \(position - 1))
            """
        )
        _ = try await board.decisions.skip(
            DemandBoard(),
            stream.id,
            tenant: TestBoard.tenant,
            reason: "written by hand",
            by: "olga"
        )
        let states = try await board.operators.query(
            "SELECT g.state FROM projections.generations AS g WHERE g.generation >= 900 ORDER BY g.generation"
        )
        #expect(try states.map { try $0.decode(0, as: String.self) } == ["retired", "building"])
        await board.close()
    }

    @Test func nothingIsDecidedDuringARebuild() async throws {
        let (board, stream, _) = try await poisoned()
        try await board.project()
        try await board.operators.withConnection { holder in
            _ = try await holder.query("SELECT pg_advisory_lock(hashtextextended('chorus rebuild demand_board', 0))")
            await #expect(throws: RebuildRunning.self) {
                try await board.decisions.retry(DemandBoard(), stream.id, tenant: TestBoard.tenant, by: "test")
            }
            _ = try await holder.query("SELECT pg_advisory_unlock(hashtextextended('chorus rebuild demand_board', 0))")
        }
        await board.close()
    }

    private func recorded(_ board: TestBoard) async throws -> [[String]] {
        let rows = try await board.operators.query(
            """
            SELECT d.decision, d.position::text, d.reason, d.decided_by
            FROM projections.parked_decisions AS d
            ORDER BY d.projector
            """
        )
        return try rows.map { row in
            let (decision, position, reason, decidedBy) = try row.decode((String, String, String, String).self)
            return [decision, position, reason, decidedBy]
        }
    }
}
