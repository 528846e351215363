import Demands
import EventSourcing
import Postgres
import Testing

/// What a login may see of names: its tenant's.
@Suite struct KeepTheWall {
    private func fill(_ board: TestBoard) async throws {
        let other = TenantID(rawValue: 2)
        for number in 1...7 {
            try await board.registerPlace("place-\(number)", ["en": "Place \(number)"], tenant: other)
            try await board.receive(
                TestBoard.message(),
                place: "Place \(number)",
                groups: [GroupLink(name: "Group \(number)", ties: [])],
                tenant: other
            )
        }
        try await board.registerPlace("north", ["en": "North"])
        try await board.receive(TestBoard.message(), place: "North", groups: [GroupLink(name: "Riders", ties: [])])
        try await board.project()
    }

    @Test func viewsShowNoNameOfAnotherTenant() async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        #expect(
            try await board.rows("SELECT name FROM review.coverage ORDER BY name COLLATE \"C\"")
                == [["North"], ["Riders"], ["forum"], ["web"]]
        )
        #expect(try await board.rows("SELECT group_name FROM review.demand_board_by_group") == [["Riders"]])
        for view in ["demand_board_by_group", "demand_board_by_group_month", "demand_board_by_group_total", "coverage"]
        {
            await #expect(throws: (any Error).self) {
                _ = try await board.rows("SELECT * FROM review.\(view)", as: "analyst")
            }
        }
        await board.close()
    }

    /// EXPLAIN must not count another tenant's rows, however the query is planned.
    @Test(arguments: ["demand_board", "demand_board_by_level", "demand_board_by_group", "coverage"])
    func explainShowsNothingOfAnotherTenant(_ view: String) async throws {
        let board = try await TestBoard.make()
        try await fill(board)
        let plan = try await board.operators.withTransaction { connection in
            try await connection.run(
                script: """
                    SET LOCAL ROLE chorus_one_reviewer;
                    SET LOCAL enable_nestloop = off; SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off
                    """
            )
            let rows = try await connection.query(
                SQL("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) SELECT * FROM review.\(view)", [])
            )
            return try rows.map { try $0.decode(0, as: String.self) }
        }
        let scans = plan.filter { line in
            ["registered_names", "cells", "facts"].contains { line.contains("Scan on \($0)") }
        }
        #expect(!scans.isEmpty)
        for scan in scans {
            let rows = scan.split(separator: "rows=").last.flatMap { Int($0.prefix { $0.isNumber }) }
            #expect((rows ?? 7) < 7, "\(scan)")
        }
        await board.close()
    }
}
