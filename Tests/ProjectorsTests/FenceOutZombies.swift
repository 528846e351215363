import Demands
import EventLog
import EventSourcing
import Foundation
import Postgres
import Projectors
import Testing

/// A node that believes to hold a tenant still, and does not, writes nothing: the checkpoint is the truth.
@Suite struct FenceOutZombies {
    private static let key = ProjectionJournal.Key(projector: "demand_board", tenant: TestBoard.tenant)
    private static let names: Set<String> = ["demand_board"]

    /// A board with three messages, and an engine that stands between reading them and writing.
    private struct Stopped {
        let board: TestBoard
        let journal: ProjectionJournal
        let gate: FoldGate
        let round: Task<Bool, any Error>

        static func make() async throws -> Stopped {
            let board = try await TestBoard.make()
            for person in ["a", "b", "c"] {
                try await board.receive(TestBoard.message(), category: "roads", person: person)
            }
            let hindrance = Hindrance()
            let gate = FoldGate(at: try await board.store.head(of: TestBoard.tenant))
            hindrance.onFold { gate.pass($0) }
            let journal = ProjectionJournal(pool: board.pool, logger: board.logger)
            let engine = board.engine(hindrance.projectors(FenceOutZombies.names), journal: journal)
            let round = Task(executorPreference: gate.thread) { try await engine.round() }
            await gate.reached()
            return Stopped(board: board, journal: journal, gate: gate, round: round)
        }

        /// Lets it write.
        func go() async throws -> Bool {
            gate.open()
            return try await round.value
        }
    }

    private func demands(_ board: TestBoard) async throws -> [[String?]] {
        try await board.rows("SELECT demands, people FROM review.demand_board")
    }

    /// The control: alone it writes.
    @Test func nobodyElseThereItWrites() async throws {
        let stopped = try await Stopped.make()
        #expect(try await stopped.go())
        #expect(stopped.journal.counts[Self.key]?.batches == 1)
        #expect(stopped.journal.counts[Self.key]?.fenced == 0)
        #expect(try await demands(stopped.board) == [["3", "3"]])
        await stopped.board.close()
    }

    @Test func anotherThatWasFasterFencesItOut() async throws {
        let stopped = try await Stopped.make()
        let board = stopped.board
        try await board.project(AllProjectors.make().filter { Self.names.contains($0.name) }, batchSize: 2)
        #expect(try await stopped.go() == false)
        #expect(stopped.journal.counts[Self.key].map { [$0.batches, $0.fenced] } == [0, 1])
        #expect(try await demands(board) == [["3", "3"]])
        #expect(try await board.differences([DemandBoard()]) == [:])
        await board.close()
    }

    @Test func aRetiredGenerationIsNotWritten() async throws {
        let stopped = try await Stopped.make()
        let board = stopped.board
        try await board.operators.execute(
            "UPDATE projections.generations SET state = 'retired' WHERE projector = 'demand_board'"
        )
        #expect(try await stopped.go() == false)
        #expect(stopped.journal.counts[Self.key].map { [$0.batches, $0.fenced] } == [0, 1])
        #expect(try await demands(board) == [])
        let reached = try await board.operators.query(
            """
            SELECT max(c.position)
            FROM projections.checkpoints AS c
            JOIN projections.generations AS g
                ON g.generation = c.generation
            WHERE g.projector = 'demand_board'
            """
        )
        #expect(try reached.first?.decode(0, as: Int64.self) == 0)
        await board.close()
    }

    /// Two nodes work on a tenant for a while, because the first does not know yet that its lease was taken over.
    @Test func twoNodesForAWhileGiveTheRowsOfOne() async throws {
        let board = try await TestBoard.make()
        let start = ContinuousClock.now
        // Its clock stands still, so that it never asks again.
        let zombie = TenantLeases(pool: board.pool) { start }
        let heir = TenantLeases(pool: board.pool)
        #expect(try await zombie.held().count == 2)
        try await board.operators.execute("UPDATE projections.leases SET expires_at = now() - interval '1 second'")
        #expect(try await heir.held().count == 2)
        #expect(try await zombie.held().count == 2)
        let journals = [zombie, heir].map { _ in ProjectionJournal(pool: board.pool, logger: board.logger) }
        let nodes = zip([zombie, heir], journals).map { leases, journal in
            board.engine(AllProjectors.make(), leases: leases, journal: journal, batchSize: 3)
        }
        // One batch of each for certain; how they share the others is up to chance.
        for (number, node) in nodes.enumerated() {
            try await board.receive(TestBoard.message(), category: "roads", person: "p\(number)")
            while try await node.round() {}
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 0..<60 {
                    let stream = TestBoard.message()
                    try await board.receive(stream, category: "roads", person: "p\(number % 20)")
                    if number % 5 == 0 { try await board.execute(.withdraw(by: "person"), stream) }
                }
            }
            for node in nodes {
                group.addTask {
                    for _ in 0..<40 { _ = try await node.round() }
                }
            }
            try await group.waitForAll()
        }
        for node in nodes { while try await node.round() {} }
        let worked = journals.map { $0.counts.values.reduce(0) { $0 + $1.batches } }
        #expect(worked.allSatisfy { $0 > 0 }, "\(worked)")
        #expect(try await board.rows("SELECT demands FROM review.demand_board") == [["50"]])
        #expect(try await board.differences() == [:])
        await board.close()
    }
}
