import Demands
import EventSourcing
import Testing

/// What the exact views count, worked out by hand.
@Suite struct CountOnTheBoard {
    @Test func countsEachDemandOnceAndPeopleOnceACell() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "a", support: 3)
        try await board.receive(TestBoard.message(), category: "roads", person: "a", support: 4)
        try await board.receive(TestBoard.message(), category: "roads", person: "b")
        try await board.receive(TestBoard.message(), category: "roads")
        try await board.receive(TestBoard.message(), person: "a", channel: "forum", organization: "union", place: "A7县")
        try await board.project()
        let rows = try await board.rows(
            """
            SELECT day, category_code, organization_code, place, channel_code, demands, messages, people,
                messages_unidentified, reported_support
            FROM review.demand_board ORDER BY category_code
            """
        )
        #expect(
            rows == [
                ["2020-01-02", "roads", nil, nil, "web", "4", "4", "2", "1", "7"],
                ["2020-01-02", "unclassified", "union", "A7县", "forum", "1", "1", "1", "0", "0"],
            ]
        )
        let total = try await board.rows(
            "SELECT messages, people, messages_unidentified FROM review.participation_total"
        )
        #expect(total == [["5", "2", "1"]])
        await board.close()
    }

    /// 23:30 on 31 December in Shanghai is the day before in UTC's afternoon, and its ISO week belongs to 2019-12-30.
    @Test func daysWeeksAndMonthsAreTheTenants() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), at: "2019-12-31T15:30:00Z")
        try await board.receive(TestBoard.message(), at: "2019-12-31T16:30:00Z")
        try await board.project()
        #expect(
            try await board.rows("SELECT day, demands FROM review.demand_board ORDER BY day")
                == [["2019-12-31", "1"], ["2020-01-01", "1"]]
        )
        #expect(try await board.rows("SELECT week, demands FROM review.demand_board_week") == [["2019-12-30", "2"]])
        #expect(
            try await board.rows("SELECT month, demands FROM review.demand_board_month ORDER BY month")
                == [["2019-12-01", "1"], ["2020-01-01", "1"]]
        )
        await board.close()
    }

    /// Each level holds every demand once; who spoke twice below the same category counts there once.
    @Test func everyLevelOfTheTreeIsCountedAnew() async throws {
        let board = try await TestBoard.make()
        try await board.publishTaxonomy([
            Category(code: "home", names: ["en": "Home"]),
            Category(code: "home/roof", parent: "home", names: ["en": "Roof"]),
            Category(code: "tiles", parent: "home/roof", names: ["en": "Tiles"]),
            Category(code: "home/walls", parent: "home", names: ["en": "Walls"]),
        ])
        for (category, person, day, kind) in [
            ("tiles", "a", "2020-01-05", DemandKind.request), ("home/walls", "a", "2020-01-06", .request),
            ("home", "b", "2020-02-07", .praise), ("elsewhere", "a", "2020-02-08", .praise),
        ] {
            try await board.receive(
                TestBoard.message(),
                category: category,
                person: person,
                at: "\(day)T00:00:00Z",
                kind: kind
            )
        }
        try await board.project()
        let columns = "level, category_code, category_name, category_level, demands, people"
        let all = try await board.rows(
            """
            SELECT \(columns) FROM review.demand_board_by_level
            WHERE month IS NULL ORDER BY level, category_code COLLATE "C"
            """
        )
        #expect(
            all == [
                ["1", "elsewhere", "elsewhere", nil, "1", "1"], ["1", "home", "Home", "1", "3", "2"],
                ["2", "elsewhere", "elsewhere", nil, "1", "1"], ["2", "home", "Home", "1", "1", "1"],
                ["2", "home/roof", "Roof", "2", "1", "1"], ["2", "home/walls", "Walls", "2", "1", "1"],
                ["3", "elsewhere", "elsewhere", nil, "1", "1"], ["3", "home", "Home", "1", "1", "1"],
                ["3", "home/walls", "Walls", "2", "1", "1"], ["3", "tiles", "Tiles", "3", "1", "1"],
            ]
        )
        let months = try await board.rows(
            """
            SELECT month, category_code, demands, people FROM review.demand_board_by_level
            WHERE month IS NOT NULL AND level = 1 ORDER BY month, category_code COLLATE "C"
            """
        )
        #expect(
            months == [
                ["2020-01-01", "home", "2", "1"], ["2020-02-01", "elsewhere", "1", "1"],
                ["2020-02-01", "home", "1", "1"],
            ]
        )
        let kinds = try await board.rows(
            """
            SELECT category_code, kind, demands, people FROM review.demand_board_by_level_and_kind
            WHERE month IS NULL AND level = 1 ORDER BY category_code COLLATE "C", kind
            """
        )
        #expect(
            kinds == [
                ["elsewhere", "praise", "1", "1"], ["home", "praise", "1", "1"], ["home", "request", "2", "1"],
            ]
        )
        await board.close()
    }

    @Test(arguments: [1, 2, 3, 4000])
    func aCorrectionMovesADemandAndAWithdrawalTakesItAway(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let moved = TestBoard.message()
        let withdrawn = TestBoard.message()
        try await board.receive(moved, category: "roads", person: "a")
        try await board.receive(withdrawn, category: "roads", person: "a")
        try await board.receive(TestBoard.message(), category: "roads", person: "b")
        try await board.execute(.categorise(demand: 1, category: "schools", method: .reviewer), moved)
        try await board.execute(.categorise(demand: 1, category: "parks", method: .reviewer), withdrawn)
        try await board.execute(.withdraw(by: "person"), withdrawn)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                "SELECT category_code, demands, people FROM review.demand_board ORDER BY category_code"
            )
                == [["roads", "1", "1"], ["schools", "1", "1"]]
        )
        #expect(try await board.rows("SELECT messages, people FROM review.participation_total") == [["2", "2"]])
        await board.close()
    }

    @Test func aTenantsLoginSeesItsOwnRowsOnly() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads")
        try await board.receive(TestBoard.message(), category: "other", tenant: TenantID(rawValue: 2))
        try await board.project()
        #expect(try await board.rows("SELECT category_code FROM review.demand_board") == [["roads"]])
        #expect(try await board.rows("SELECT category_code FROM review.demand_board", tenant: "two") == [["other"]])
        await #expect(throws: (any Error).self) {
            _ = try await board.rows("SELECT category_code FROM review.demand_board", as: "analyst")
        }
        for forbidden in ["log.events", "vault.passages", "vault.persons", "access.keys", "gen_2.facts"] {
            for audience in ["analyst", "reviewer"] {
                await #expect(throws: (any Error).self) {
                    _ = try await board.rows("SELECT * FROM \(forbidden)", as: audience)
                }
            }
        }
        await board.close()
    }

    /// What people meet at the prompt explains itself.
    @Test func everySchemaTableAndViewHasAComment() async throws {
        let board = try await TestBoard.make()
        let bare = try await board.operators.query(
            """
            SELECT n.nspname || '.' || c.relname
            FROM pg_class AS c
            JOIN pg_namespace AS n
                ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'v')
                AND n.nspname !~ '^(pg_|information_schema)'
                AND obj_description(c.oid, 'pg_class') IS NULL
            UNION ALL
            SELECT n.nspname
            FROM pg_namespace AS n
            WHERE n.nspname !~ '^(pg_|information_schema)'
                AND obj_description(n.oid, 'pg_namespace') IS NULL
            UNION ALL
            SELECT n.nspname || '.' || c.relname || '.' || a.attname || ' may be NULL, which means what?'
            FROM pg_attribute AS a
            JOIN pg_class AS c
                ON c.oid = a.attrelid
                AND c.relkind = 'r'
            JOIN pg_namespace AS n
                ON n.oid = c.relnamespace
            WHERE n.nspname IN ('log', 'vault', 'access', 'projections')
                AND a.attnum > 0
                AND NOT a.attnotnull
                AND col_description(a.attrelid, a.attnum) IS NULL
            """
        ).map { try $0.decode(0, as: String.self) }
        #expect(bare == [])
        let demandViews = try await board.operators.query(
            """
            SELECT c.relname::text
            FROM pg_class AS c
            WHERE c.relnamespace IN ('review'::regnamespace, 'aggregates'::regnamespace)
                AND EXISTS (
                    SELECT 1
                    FROM pg_attribute AS a
                    WHERE a.attrelid = c.oid
                        AND a.attname IN ('demands', 'messages', 'people', 'responses')
                )
                AND obj_description(c.oid, 'pg_class') NOT LIKE 'Counts of those who spoke, not of those who think so.%'
                AND obj_description(c.oid, 'pg_class') NOT LIKE 'The tenant''s own words, as they are at present; no release.%'
            """
        ).map { try $0.decode(0, as: String.self) }
        #expect(demandViews == [])
        // Distinct people must not be summed, which every view that shows them has to say where it shows them.
        let people = try await board.operators.query(
            """
            SELECT c.oid::regclass::text
            FROM pg_attribute AS a
            JOIN pg_class AS c
                ON c.oid = a.attrelid
            WHERE c.relnamespace IN ('review'::regnamespace, 'aggregates'::regnamespace)
                AND a.attname = 'people'
                AND COALESCE(col_description(c.oid, a.attnum), '') NOT ILIKE '%distinct%'
            ORDER BY 1
            """
        ).map { try $0.decode(0, as: String.self) }
        #expect(people == [])
        await board.close()
    }

    /// EXPLAIN must not count another tenant's rows, however the query is planned.
    @Test func explainShowsNothingOfAnotherTenant() async throws {
        let board = try await TestBoard.make()
        for _ in 1...7 {
            try await board.receive(TestBoard.message(), category: "roads", tenant: TenantID(rawValue: 2))
        }
        try await board.receive(TestBoard.message(), category: "roads")
        try await board.project()
        let plan = try await board.operators.withTransaction { connection in
            try await connection.run(
                script: """
                    SET LOCAL ROLE chorus_one_reviewer;
                    SET LOCAL enable_nestloop = off; SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off
                    """
            )
            let rows = try await connection.query(
                "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) SELECT 1 FROM review.demand_board WHERE category_code = 'roads'"
            )
            return try rows.map { try $0.decode(0, as: String.self) }
        }
        let scan = try #require(plan.first { $0.contains("Seq Scan on cells") })
        #expect(scan.contains("actual rows=1 "), "\(plan)")
        await board.close()
    }

    @Test func anEventThatCannotBeReadParksItsStreamAndNoOther() async throws {
        let board = try await TestBoard.make()
        let poisoned = TestBoard.message()
        try await board.receive(poisoned, category: "roads")
        _ = try await board.store.execute(
            Submission(tenant: TestBoard.tenant, stream: poisoned, actor: "test") { _ in
                Decision(events: [
                    NewEvent(type: "DemandCategorised", schemaVersion: 99, body: Array("{}".utf8)),
                    MessageEvent.withdrawn(MessageWithdrawn(by: "person")).encoded,
                ])
            }
        )
        try await board.receive(TestBoard.message(), category: "schools")
        try await board.project(batchSize: 2)
        #expect(
            try await board.rows("SELECT category_code, demands FROM review.demand_board ORDER BY 1")
                == [["roads", "1"], ["schools", "1"]]
        )
        let parked = try await board.operators.query(
            "SELECT reason FROM projections.parked_streams s JOIN projections.generations g USING (generation) WHERE g.projector = 'demand_board'"
        ).map { try $0.decode(0, as: String.self) }
        let reason =
            "schema version 99 was written by a newer Chorus; this one reads up to version 1: run the newer one"
        #expect(parked == [reason])
        await board.close()
    }
}
