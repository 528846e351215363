import Demands
import EventLog
import EventSourcing
import Testing

@Suite struct ShowTheTaxonomy {
    private let first = [
        Category(code: "housing", names: ["zh": "住房", "en": "Housing"], keywords: ["flat", "home"]),
        Category(code: "housing/repairs", parent: "housing", names: ["zh": "维修"]),
        Category(code: "roofs", parent: "housing/repairs", names: ["en": "Roofs"]),
    ]
    private let second = [
        Category(code: "parks", names: ["zh": "公园"]), Category(code: "housing", names: ["zh": "房屋"]),
    ]

    private func publish(_ categories: [Demands.Category], _ board: TestBoard, _ tenant: Int32 = 1) async throws {
        _ = try await board.store.execute(
            Submission(
                tenant: TenantID(rawValue: tenant),
                stream: .only(Taxonomy.streamType),
                actor: "test"
            ) { known in
                let state = try Taxonomy.state(after: known.history)
                let empty = state.current?.categories.map(\.code) ?? []
                return Decision(
                    events: try Taxonomy.decide(.publish(categories, empty: empty), state).map(\.encoded)
                )
            }
        )
    }

    private let tree = """
        SELECT category_code, category_name, level, parent_code, level1_code, level1_name, level2_code, level2_name,
            path, keywords, taxonomy_version
        FROM aggregates.taxonomy ORDER BY ordinal
        """

    @Test(arguments: [1, 4000])
    func theCurrentVersionStandsThereAlone(_ batchSize: Int) async throws {
        let board = try await TestBoard.make()
        try await publish(first, board)
        if batchSize == 1 {
            try await board.project(batchSize: batchSize)
            let rows = try await board.rows(tree, as: "analyst")
            #expect(
                rows == [
                    ["housing", "住房", "1", nil, "housing", "住房", nil, nil, "住房", "2", "1"],
                    [
                        "housing/repairs", "维修", "2", "housing", "housing", "住房", "housing/repairs", "维修",
                        "住房 / 维修", "0", "1",
                    ],
                    [
                        "roofs", "Roofs", "3", "housing/repairs", "housing", "住房", "housing/repairs", "维修",
                        "住房 / 维修 / Roofs", "0", "1",
                    ],
                ]
            )
        }
        try await publish(second, board)
        try await board.project(batchSize: batchSize)
        let expected: [[String?]] = [
            ["parks", "公园", "1", nil, "parks", "公园", nil, nil, "公园", "0", "2"],
            ["housing", "房屋", "1", nil, "housing", "房屋", nil, nil, "房屋", "0", "2"],
        ]
        #expect(try await board.rows(tree, as: "analyst") == expected)
        #expect(try await board.rows(tree.replacing("aggregates.", with: "review."), as: "reviewer") == expected)
        let versions = try await board.rows(
            "SELECT taxonomy_version, log_position, categories FROM review.taxonomy_versions ORDER BY 1"
        )
        #expect(versions == [["1", "1", "3"], ["2", "2", "2"]])
        for outcome in try await board.rebuild() { #expect(outcome.differences == [:]) }
        #expect(try await board.rows(tree, as: "analyst") == expected)
        await board.close()
    }

    @Test func eachTenantSeesItsOwn() async throws {
        let board = try await TestBoard.make()
        try await publish(first, board)
        try await publish(second, board, 2)
        try await board.project()
        for view in ["aggregates.taxonomy", "review.taxonomy"] {
            let audience = view.hasPrefix("review") ? "reviewer" : "analyst"
            let one = try await board.rows("SELECT count(*) FROM \(view)", as: audience)
            let two = try await board.rows("SELECT count(*) FROM \(view)", as: audience, tenant: "two")
            #expect((one, two) == ([["3"]], [["2"]]))
        }
        let versions = try await board.rows("SELECT categories FROM review.taxonomy_versions", tenant: "two")
        #expect(versions == [["2"]])
        await board.close()
    }
}
