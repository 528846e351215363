import Demands
import EventSourcing
import Testing

/// Corrections and registered names move demands from old cells to new ones, at any size of batches.
@Suite struct CorrectTheBoard {
    private static let query = """
        SELECT category_code, kind, place, place_code, place_name, demands, people
        FROM review.demand_board ORDER BY category_code, kind, place
        """

    @Test(arguments: [1, 2, 3, 4000])
    func kindAndPlaceMoveADemand(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        let moved = TestBoard.message()
        try await board.receive(moved, category: "roads", person: "a", place: "Bonn", kind: .request)
        try await board.receive(TestBoard.message(), category: "roads", person: "b", place: "Bonn", kind: .request)
        try await board.execute(.setKind(demand: 1, .complaint), moved)
        try await board.execute(.setPlace(demand: 1, " Moers "), moved)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(Self.query) == [
                ["roads", "complaint", "Moers", nil, "Moers", "1", "1"],
                ["roads", "request", "Bonn", nil, "Bonn", "1", "1"],
            ]
        )
        try await board.execute(.setKind(demand: 1, nil), moved)
        try await board.execute(.setPlace(demand: 1, nil), moved)
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(Self.query) == [
                ["roads", "request", "Bonn", nil, "Bonn", "1", "1"],
                ["roads", nil, nil, nil, nil, "1", "1"],
            ]
        )
        let cells = try await board.operators.query("SELECT count(*) FROM gen_1.cells WHERE grain = 'day'")
        #expect(try cells.first?.decode(0, as: Int.self) == 2)
        await board.close()
    }

    @Test(arguments: [1, 2, 3, 4000])
    func aRegisteredPlaceTakesWhatItsNamesWereGivenFor(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), category: "roads", person: "a", place: "bonn ")
        try await board.receive(TestBoard.message(), category: "roads", person: "b", place: "Bundesstadt")
        try await board.receive(TestBoard.message(), category: "roads", person: "c", place: "Köln")
        if batchSize == 2 { try await board.project() }
        try await board.registerPlace("bonn-city", ["de": "Bonn", "zh": "波恩"], aliases: ["Bundesstadt"])
        try await board.receive(TestBoard.message(), category: "roads", person: "a", place: "BONN")
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(Self.query)
                == [
                    ["roads", nil, "Köln", nil, "Köln", "1", "1"],
                    ["roads", nil, "bonn-city", "bonn-city", "波恩", "3", "2"],
                ].sorted { ($0[2] ?? "") < ($1[2] ?? "") }
        )
        // A second place of that name: nobody knows any more which of them is meant.
        try await board.registerPlace("bonn-village", ["de": "Bonn"])
        try await board.project(batchSize: batchSize)
        #expect(
            try await board.rows(
                "SELECT place_name FROM review.demand_board GROUP BY place_name ORDER BY place_name COLLATE \"C\""
            )
                == [["BONN"], ["Köln"], ["bonn"], ["波恩"]]
        )
        await board.close()
    }

    @Test func namesOfCategoriesOrganizationsAndPlacesAreShownToAnalystsToo() async throws {
        let board = try await TestBoard.make()
        try await board.publishTaxonomy([
            Category(code: "roads", names: ["en": "Roads", "zh": "道路"]),
            Category(code: "parks", names: ["en": "Parks"]),
        ])
        try await board.registerOrganization("union", ["en": "The union", "zh": "工会"])
        try await board.registerPlace("north", ["en": "North"])
        for person in ["a", "b", "c"] {
            try await board.receive(
                TestBoard.message(),
                category: "roads",
                person: person,
                organization: "union",
                place: "North"
            )
        }
        for person in ["a", "b", "c"] {
            try await board.receive(TestBoard.message(), category: "water", person: person, place: "South")
        }
        try await board.project()
        _ = try await board.release()
        let columns =
            "category_code, category_name, organization_code, organization_name, place, place_code, place_name"
        let expected: [[String?]] = [
            ["roads", "道路", "union", "工会", "north", "north", "North"],
            ["water", "water", nil, nil, "South", nil, "South"],
        ]
        #expect(try await board.rows("SELECT \(columns) FROM review.demand_board ORDER BY 1") == expected)
        #expect(
            try await board.rows("SELECT \(columns) FROM aggregates.demand_board ORDER BY 1", as: "analyst") == expected
        )
        #expect(
            try await board.rows("SELECT category_name FROM aggregates.demand_board_week ORDER BY 1", as: "analyst")
                == [["water"], ["道路"]]
        )
        await board.close()
    }

    @Test func responsesCountAsMessagesAndInTheirDemands() async throws {
        let board = try await TestBoard.make()
        let response = TestBoard.response()
        try await board.respond(
            response,
            person: "a",
            place: "Bonn",
            demands: [DemandOpened(demand: 1, kind: .request, passage: 3), DemandOpened(demand: 2, passage: 4)]
        )
        try await board.respond(TestBoard.response(), person: "b")
        try await board.project()
        #expect(
            try await board.rows(
                "SELECT kind, place, demands, messages, people FROM review.demand_board ORDER BY kind"
            ) == [["request", "Bonn", "1", "1", "1"], [nil, "Bonn", "1", "0", "1"]]
        )
        #expect(try await board.rows("SELECT messages, people FROM review.participation_total") == [["2", "2"]])
        let passages = try await board.operators.query("SELECT passage FROM gen_1.facts ORDER BY demand").map {
            try $0.decode(0, as: Int16?.self)
        }
        #expect(passages == [3, 4])
        await board.close()
    }

    /// Registered names are another tenant's business too.
    @Test func anotherTenantsPlaceNamesNothingHere() async throws {
        let board = try await TestBoard.make()
        try await board.registerPlace("north", ["en": "North"], tenant: TenantID(rawValue: 2))
        try await board.receive(TestBoard.message(), place: "North")
        try await board.receive(TestBoard.message(), place: "North", tenant: TenantID(rawValue: 2))
        try await board.project()
        let query = "SELECT place, place_code FROM review.demand_board"
        #expect(try await board.rows(query) == [["North", nil]])
        #expect(try await board.rows(query, tenant: "two") == [["north", "north"]])
        await board.close()
    }

    @Test(.timeLimit(.minutes(5))) func fiveThousandPlacesComeInAtOnce() async throws {
        let board = try await TestBoard.make()
        try await board.receive(TestBoard.message(), place: "Ort 4711")
        for start in stride(from: 0, to: 5_000, by: 500) {
            let events = (start..<start + 500).map { number in
                NewEvent.version1("PlaceRegistered") { json in
                    json.field("code", "p\(number)")
                    json.object("names") { $0.field("de", "Ort \(number)") }
                    json.field("aliases", ["O\(number)"])
                }
            }
            _ = try await board.store.execute(
                Submission(tenant: TestBoard.tenant, stream: .only("places"), actor: "test") { _ in
                    Decision(events: events)
                }
            )
        }
        try await board.project()
        #expect(
            try await board.rows("SELECT place_code, place_name FROM review.demand_board") == [["p4711", "Ort 4711"]]
        )
        await board.close()
    }
}
