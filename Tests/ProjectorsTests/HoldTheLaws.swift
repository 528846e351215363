import Demands
import EventSourcing
import Foundation
import Postgres
import ProjectionLaws
import Projectors
import TestSupport
import Testing

@testable import EventLog

/// The laws of projections: whatever the manner, a log gives the same rows, byte for byte.
///
/// `CHORUS_LAWS_HISTORIES` and `CHORUS_LAWS_STEPS` make them longer, `CHORUS_LAWS_SEED` repeats one; `scripts/laws` is
/// for a long campaign.
@Suite(.serialized) struct HoldTheLaws {
    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment["CHORUS_LAWS_\(name)"].flatMap(UInt64.init)
    }

    private static var steps: Int { setting("STEPS").map(Int.init) ?? 70 }

    /// Beside the test bundle that runs now.
    private static func program() throws -> String {
        let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("chorus-laws").path
    }

    @Test func everyMannerGivesTheSameRowsInEveryProcess() async throws {
        let first = Self.setting("SEED") ?? .random(in: 1...999_999)
        for seed in first..<first + (Self.setting("HISTORIES") ?? 1) {
            print("HoldTheLaws seed \(seed), \(Self.steps) steps")
            let trial = LawTrial(seed: seed, steps: Self.steps, program: try Self.program())
            #expect(try await trial.run() == [], "seed \(seed), \(Self.steps) steps")
        }
    }

    @Test func aHistoryIsFixedByItsSeed() {
        #expect(History.random(seed: 5, steps: 300).digest == History.random(seed: 5, steps: 300).digest)
        #expect(History.random(seed: 5, steps: 300).digest != History.random(seed: 6, steps: 300).digest)
    }

    /// What occurs in a few long histories: one alone may lack what is rare.
    private static func types(from seed: UInt64) -> Set<String> {
        (seed..<seed + 6).reduce(into: []) { made, seed in
            made.formUnion(History.random(seed: seed, steps: 4_000).types.map(\.type))
        }
    }

    @Test func historiesHoldEveryEventThatProjectorsFold() {
        let folded = AllProjectors.make().reduce(into: Set<String>()) { $0.formUnion($1.eventTypes) }
        let seed = UInt64.random(in: 1...999_999)
        let made = Self.types(from: seed)
        #expect(folded.subtracting(made).sorted() == [], "seed \(seed)")
    }

    @Test func historiesHoldEveryStepOfADemandToItsAnswer() {
        let seed = UInt64.random(in: 1...999_999)
        let made = Self.types(from: seed)
        let wanted = HandlingEvent.Name.all.union([RoutingPublished.name])
        #expect(wanted.subtracting(made).sorted() == [], "seed \(seed)")
    }

    /// Controls: each stand-in breaks one law, and that law's judge sees it; one without a fault is not accused.

    @Test func aStandInThatFollowsTheOrderOfASetIsFoundByTheOtherProcess() async throws {
        let trial = LawTrial(seed: 1, steps: 15, fault: .setOrder, laws: [], program: try Self.program())
        let findings = try await trial.run()
        #expect(findings.contains { $0.hasPrefix("processes differ: in one go\tstand_in.marks") }, "\(findings)")
    }

    @Test func aStandInThatCountsItsBatchesIsFound() async throws {
        let findings = try await findings(.batches, [.batches(of: 7)])
        #expect(findings.contains { $0.hasPrefix("batches of 7: stand_in.marks") }, "\(findings)")
    }

    @Test func aStandInThatCountsItsBatchesIsFoundByARebuild() async throws {
        let findings = try await findings(.batches, [.rebuilds])
        #expect(findings.contains { $0.contains("it found stand_in: ") }, "\(findings)")
        #expect(findings.contains { $0.contains(", stand_in.marks: ") }, "\(findings)")
    }

    @Test func aStandInThatReadsItsNeighboursIsFound() async throws {
        let findings = try await findings(.neighbours, [.anyOrder])
        #expect(findings.contains { $0.hasPrefix("projectors in any order: stand_in.marks") }, "\(findings)")
    }

    @Test func aStandInWithoutAFaultIsNotAccused() async throws {
        #expect(try await findings(.none, [.batches(of: 7), .anyOrder]) == [])
    }

    @Test func aRowChangedByHandIsFound() async throws {
        try await onBoard(fault: nil) { board in
            try await board.advance(to: board.heads)
            try await board.project()
            let rows = try await board.rows()
            try await board.change("UPDATE gen_1.cells SET demands = demands + 1 WHERE grain = 'day' AND tenant_id = 1")
            let changed = try await board.rows()
            let names = changed.differences(from: rows).map { String($0.prefix { $0 != ":" }) }
            #expect(names == ["demand_board.cells", "review.demand_board as chorus_one_reviewer"])
            let found = try await board.rebuild()
            #expect(found.count == 1 && found.allSatisfy { $0.hasPrefix("demand_board: ") }, "\(found)")
            #expect(try await board.rows() == rows)
        }
    }

    /// What a second engine meets that comes with a range which the first one has written.
    @Test func aRangeThatIsProjectedIsFencedOff() async throws {
        try await onBoard(fault: nil) { board in
            try await board.advance(to: board.heads)
            try await board.project()
            let rows = try await board.rows()
            for projector in AllProjectors.make() {
                await #expect(throws: Fenced.self) { try await board.replay(projector, from: 0) }
                await #expect(throws: Fenced.self) { try await board.replay(projector, from: board.heads[0] / 2) }
            }
            #expect(try await board.rows() == rows)
        }
    }

    // How they are judged in this process

    private static func history() -> History { History.random(seed: 11, steps: 40) }

    private func findings(_ fault: StandIn.Fault, _ laws: [Law]) async throws -> [String] {
        let (template, files) = try await template(fault)
        var findings: [String] = []
        let judge = try Judge(template: template, history: Self.history(), files: files, fault: fault)
        try await judge.judge(laws) { verdict in
            findings += verdict.findings.map { "\(verdict.law): \($0)" }
        }
        return findings
    }

    private func template(_ fault: StandIn.Fault?) async throws -> (String, SchemaFiles) {
        let folder = URL(fileURLWithPath: try TestPostgres.temporaryFolder()).appendingPathComponent("laws-\(UUID())")
        let files = try StandIn.files(beside: SchemaFiles.find(), in: folder)
        let template = try await TestPostgres.connectionString()
        try await LawTemplate.fill(
            template,
            with: Self.history(),
            files: files,
            projectors: Judge.projectors(with: fault)
        )
        return (template, files)
    }

    private func onBoard(fault: StandIn.Fault?, _ body: (LawBoard) async throws -> Void) async throws {
        let (database, files) = try await template(fault)
        let board = try LawBoard(database, Self.history(), files: files, projectors: Judge.projectors(with: fault))
        try await body(board)
        await board.close()
    }
}

extension LawBoard {
    fileprivate func change(_ statement: String) async throws { try await operators.execute(SQL(statement)) }

    /// Takes a range of the first tenant's log as if nobody had.
    fileprivate func replay(_ projector: some PostgresProjector, from position: Position) async throws {
        let rows = try await pool.query(
            "SELECT generation FROM projections.generations WHERE projector = \(projector.name) AND state = 'live'"
        )
        let generation = try rows.first?.decode(0, as: Int32.self) ?? 0
        let step = ProjectionStep(pool: pool, files: files, logger: logger)
        let tenant = TenantID(rawValue: 1)
        var parked = try await ParkedStreams.read([generation], tenant, from: pool)
        let outcome = try await step.advance(
            [ProjectionRun(projector: projector, generation: generation)],
            tenant: tenant,
            from: position,
            to: heads[0],
            parked: &parked
        )
        for case let error? in outcome?.errors ?? [] { throw error }
    }
}
