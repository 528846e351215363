import EventLog
import EventSourcing
import Postgres
import Projectors
import TestSupport

/// Projects one history in every manner that must not matter, each on a copy of the database, and compares the rows.
package struct Judge: Sendable {
    /// What one manner gave.
    package struct Verdict: Sendable {
        package let law: String
        package let rows: BoardRows
        /// What is wrong, in words; empty: the law holds.
        package let findings: [String]
    }

    private let server: LawServer
    private let history: History
    private let files: SchemaFiles
    private let projectors: [any PostgresProjector]

    /// - Parameters:
    ///   - template: a database that `LawTemplate` filled with this history.
    ///   - fault: of a stand-in that works beside the projectors; nil: none does.
    package init(template: String, history: History, files: SchemaFiles, fault: StandIn.Fault?) throws {
        server = try LawServer(template: template)
        self.history = history
        self.files = files
        projectors = Self.projectors(with: fault)
    }

    package static func projectors(with fault: StandIn.Fault?) -> [any PostgresProjector] {
        AllProjectors.make() + (fault.map { [StandIn($0)] } ?? [])
    }

    /// One law after the other.
    package func judge(_ laws: [Law] = Law.all, each: (Verdict) -> Void) async throws {
        let expected = try await inOneGo()
        each(expected)
        for law in laws { each(try await judge(law, expected.rows)) }
    }

    /// What all others must come to; replaying what is projected changes nothing.
    private func inOneGo() async throws -> Verdict {
        try await onBoard { board in
            try await board.advance(to: board.heads)
            try await board.project()
            let rows = try await board.rows()
            try await board.project(LawBoard.Manner(batchSize: 7))
            let again = try await board.rows()
            return Verdict(law: "in one go", rows: rows, findings: again.differences(from: rows))
        }
    }

    private func judge(_ law: Law, _ expected: BoardRows) async throws -> Verdict {
        try await onBoard { board in
            let number = law.name.utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) }
            var random = SeededRandom(seed: history.seed &+ number)
            if !law.hasReleases { try await board.forgetReleases() }
            var findings: [String] = []
            for goal in cuts(law.cuts, board.heads, &random) {
                try await board.advance(to: goal)
                try await board.project(law.manner(projectors.count, &random))
                for _ in 0..<law.rebuilds {
                    let manner = law.manner(projectors.count, &random)
                    let before = try await board.rows()
                    findings += try await board.rebuild(manner).map { "rebuilt at \(goal), it found \($0)" }
                    findings += try await board.rows().differences(from: before).map { "rebuilt at \(goal), \($0)" }
                }
            }
            let rows = try await board.rows()
            if law.hasReleases {
                findings += rows.differences(from: expected)
            } else {
                findings += rows.filtered(\.isExact).differences(from: expected.filtered(\.isExact))
            }
            return Verdict(law: law.name, rows: rows, findings: findings)
        }
    }

    private func onBoard(_ body: (LawBoard) async throws -> Verdict) async throws -> Verdict {
        try await server.withCopy { connectionString in
            let board = try LawBoard(connectionString, history, files: files, projectors: projectors)
            do {
                let verdict = try await body(board)
                await board.close()
                return verdict
            } catch {
                await board.close()
                throw error
            }
        }
    }

    /// Random places in both logs, ascending, and their ends.
    private func cuts(_ count: Int, _ heads: [Position], _ random: inout SeededRandom) -> [[Position]] {
        let places = heads.map { head in
            (0..<count).map { _ in Position.random(in: 0...head, using: &random) }.sorted()
        }
        return (0..<count).map { cut in places.map { $0[cut] } } + [heads]
    }
}

extension String {
    /// Whether the table or view of this name says nothing of releases.
    fileprivate var isExact: Bool {
        !hasPrefix("aggregates.") && !contains("publi") && !contains("release") && !hasPrefix("stand_in.")
    }
}

extension LawBoard {
    /// Makes every release an event that nobody folds; positions stay.
    func forgetReleases() async throws {
        try await operators.execute("UPDATE laws.events SET type = 'NothingOfNote' WHERE type = 'ReleasePublished'")
    }
}
